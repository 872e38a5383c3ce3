import pytest
import torch

from preimage._seen import count_seen, is_finite_here, keep_seen, sum_seen, weighted_seen, without_unseen

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


def test_weights_of_zero_hide_what_is_not_finite() -> None:
    weight = torch.tensor([[2.0, 0.0], [0.0, 0.0]])
    assert torch.equal(weighted_seen(weight, Y), torch.tensor([[[[2.0, 0], [0, 0]]], [[[10.0, 0], [0, 0]]]]))
    assert torch.equal(without_unseen(Y, weight), Y.nan_to_num(0, posinf=0))
    assert weighted_seen(torch.ones(2, 2), Y).isnan().sum() == 1  # what is seen stays


@pytest.mark.parametrize("shape", [(150, 160), (1, 1, 150, 160), (2, 1, 150, 160), (1, 3, 150, 160), (1, 3, 1, 160)])
def test_of_large_images_it_is_the_same_by_loops_or_not(shape: tuple[int, ...]) -> None:
    rng = torch.Generator().manual_seed(0)
    y, weight = torch.randn(2, 3, 150, 160, generator=rng), torch.rand(shape, generator=rng)
    weight = torch.where(weight < 0.3, 0, weight)
    expected = weight * y
    hidden = torch.where(weight == 0, torch.nan, y)
    assert torch.equal(weighted_seen(weight, hidden), expected)
    assert torch.equal(weighted_seen(weight.requires_grad_(), hidden), expected)


def test_gradients_are_those_of_the_product_where_it_is_finite() -> None:
    weight = torch.tensor([[2.0, 0.0], [0.0, 1.0]]).requires_grad_()
    y = Y[:1].clone().requires_grad_()
    weighted_seen(weight, y)[..., :1].sum().backward()  # the last entry is NaN and seen
    assert torch.equal(weight.grad[:, 0], torch.tensor([1.0, 3.0]))
    assert torch.equal(y.grad[0, 0, :, 0], torch.tensor([2.0, 0.0]))


def test_nobody_looks_under_a_transform() -> None:
    assert is_finite_here(torch.ones(2))
    assert not is_finite_here(torch.tensor([1.0, torch.nan]))
    weight = torch.tensor([[2.0, 0.0], [0.0, 0.0]])
    mapped = torch.func.vmap(weighted_seen, in_dims=(None, 0))(weight, Y)
    assert torch.equal(mapped, weighted_seen(weight, Y))
