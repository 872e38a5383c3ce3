import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics.generators import GaussianSplittingMaskGenerator, RandomMaskGenerator
from tests.example import Example

EXAMPLES = {
    GaussianSplittingMaskGenerator: [
        Example(lambda: GaussianSplittingMaskGenerator((2, 8, 9))),
        Example(lambda: GaussianSplittingMaskGenerator((2, 3, 8, 7), 0.3, 0.5, (0, 0))),
    ],
}


def test_the_share_of_the_measured_pixels_is_exact(rng: torch.Generator) -> None:
    mask = RandomMaskGenerator((40, 30), 3.0)(3, rng)["mask"]
    mask[0, :, :20] = 0  # the samples of a batch differ in what is measured
    kept = GaussianSplittingMaskGenerator((1, 40, 30), 0.6).split(mask, rng)
    assert ((kept == 0) | (kept == mask)).all()
    seen = mask.sum((1, 2, 3))
    assert kept.sum((1, 2, 3)).tolist() == (seen - (0.4 * seen).round()).tolist()
    assert torch.equal(kept[:, :, 18:22, 13:17], mask[:, :, 18:22, 13:17])


def test_chances_fall_as_a_gaussian(rng: torch.Generator) -> None:
    mask = GaussianSplittingMaskGenerator((1, 41, 41), 0.999, 0.2, (0, 0))(4000, rng)["mask"]
    rows, columns = (1 - mask).nonzero()[:, 2:].double().sub(20).unbind(1)  # next to nothing is taken: no depletion
    place = torch.arange(-20, 21, dtype=torch.float64)
    density = (-place.square() / (2 * 8.2**2)).exp()
    for axis in (rows, columns):
        assert axis.square().mean().item() == pytest.approx((density @ place**2 / density.sum()).item(), rel=0.06)
        assert axis.mean().item() == pytest.approx(0, abs=0.5)


def test_all_and_nothing() -> None:
    assert GaussianSplittingMaskGenerator((2, 5, 6), 1.0)(2)["mask"].min() == 1
    assert GaussianSplittingMaskGenerator((2, 5, 6), 0.0, center=(1, 1))(2)["mask"].sum().item() == 4
    assert GaussianSplittingMaskGenerator((5, 6), 0.0, center=(1, 1))(2)["mask"].nonzero().tolist() == [
        [0, 2, 3],
        [1, 2, 3],
    ]
    nothing = GaussianSplittingMaskGenerator((1, 5, 6)).split(torch.zeros(2, 1, 5, 6))
    assert nothing.sum() == 0


def test_ranges() -> None:
    with pytest.raises(ArgumentError, match="`center` must be at least 0"):
        GaussianSplittingMaskGenerator((1, 5, 6), center=(-1, 2))
    with pytest.raises(ShapeError, match="`shape` must have 2 or more axes"):
        GaussianSplittingMaskGenerator((5,))
