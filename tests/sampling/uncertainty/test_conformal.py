import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.sampling.uncertainty import conformal_factor, coverage


def pictures(count: int, seed: int) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """Errors that the widths are half of on average, each picture on a scale of its own."""
    rng = torch.Generator().manual_seed(seed)
    widths = [0.1 + torch.rand(3, 17, 20, generator=rng) for _ in range(count)]
    scales = (0.3 * torch.randn(count, generator=rng)).exp()
    errors = [2 * s * w * torch.randn(w.shape, generator=rng) for s, w in zip(scales, widths, strict=True)]
    return errors, widths


def test_new_pictures_are_covered_as_promised() -> None:
    factor = conformal_factor(*pictures(60, seed=0))
    errors, widths = pictures(300, seed=1)
    shares = coverage(torch.stack(errors), factor * torch.stack(widths))
    assert 0.9 - 0.015 < float(shares.mean()) < 0.93


def test_it_is_the_least_that_keeps_the_bound() -> None:
    errors, widths = [torch.tensor([float(i)]) for i in range(1, 20)], [torch.ones(1)] * 19
    assert conformal_factor(errors, widths, 0.9) == 18.0  # one of 19 outside: 1 / 20 + 1 / 20 = 0.1
    assert conformal_factor(errors[:9], widths[:9], 0.9) == 9.0  # none may be outside


def test_coverage_counts_each_image() -> None:
    assert coverage(torch.tensor([[0.5, -2.0], [0.0, 1.0]]), torch.ones(2, 2)).tolist() == [0.5, 1.0]


def test_too_few_pictures_and_wrong_widths_are_told() -> None:
    errors, widths = pictures(8, 0)
    with pytest.raises(ArgumentError, match="of 9 pictures or more"):
        conformal_factor(errors, widths)
    errors, widths = pictures(12, 0)
    with pytest.raises(ArgumentError, match="`widths` must be above zero"):
        conformal_factor(errors, [0 * widths[0], *widths[1:]])
    with pytest.raises(ShapeError, match="`half_width`"):
        coverage(torch.zeros(2, 3), torch.zeros(2, 1))
