import torch

from preimage.sampling.uncertainty.smoothing import smoothed_map


def test_a_constant_stays_one_up_to_the_border() -> None:
    for shape in ((2, 3, 7, 9), (1, 2, 5, 6, 7), (1, 1, 1, 2)):
        torch.testing.assert_close(smoothed_map(torch.ones(shape), 1.5), torch.ones(shape))


def test_a_point_becomes_a_gaussian() -> None:
    x = torch.zeros(1, 1, 21, 21)
    x[..., 10, 10] = 1
    found = smoothed_map(x, 1.0)[0, 0]
    torch.testing.assert_close(found[10, 12] / found[10, 10], torch.tensor(-2.0).exp())
    assert torch.equal(smoothed_map(x, 0.0), x)
