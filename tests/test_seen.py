import torch

from preimage._seen import count_seen, keep_seen, sum_seen

Y = torch.tensor([[[[1.0, 2.0], [3.0, torch.nan]]], [[[5.0, 6.0], [7.0, torch.inf]]]])
SEEN = torch.tensor([[True, False], [True, False]])


def test_what_was_not_seen_is_zero_whatever_it_holds() -> None:
    assert torch.equal(keep_seen(Y, SEEN), torch.tensor([[[[1.0, 0], [3, 0]]], [[[5, 0], [7, 0]]]]))
    assert keep_seen(Y, None) is Y


def test_sums_and_counts_are_of_each_sample_over_all_sensors() -> None:
    second = torch.tensor([[10.0], [20.0]])
    assert sum_seen((Y, second), (SEEN, None)).tolist() == [14.0, 32.0]
    assert count_seen((Y, second), (SEEN, None)).tolist() == [3.0, 3.0]
    assert count_seen(second + 0j, None).tolist() == [2.0, 2.0]
