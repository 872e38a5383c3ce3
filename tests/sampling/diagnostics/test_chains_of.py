import torch

from preimage.sampling.diagnostics.chains_of import halves, rank_normalised


def test_the_middle_of_an_odd_chain_is_left_out() -> None:
    assert halves(torch.arange(5.0)[None, None]).tolist() == [[[0, 1], [3, 4]]]


def test_equal_values_share_a_rank() -> None:
    scores = rank_normalised(torch.tensor([[[3.0, 1.0], [3.0, 9.0]]]))
    expected = torch.special.ndtri((torch.tensor([[[2.5, 1.0], [2.5, 4.0]]], dtype=torch.float64) - 0.375) / 4.25)
    torch.testing.assert_close(scores, expected)
