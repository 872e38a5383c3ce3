import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics.generators import GaussianMaskGenerator, PolyOrderMaskGenerator, RandomMaskGenerator
from tests.example import Example

EXAMPLES = {
    RandomMaskGenerator: [Example(lambda: RandomMaskGenerator((4, 24)))],
    GaussianMaskGenerator: [Example(lambda: GaussianMaskGenerator((3, 4, 25), 3, 0.1))],
    PolyOrderMaskGenerator: [Example(lambda: PolyOrderMaskGenerator((4, 24), order=2.0))],
}

KINDS = [RandomMaskGenerator, GaussianMaskGenerator, PolyOrderMaskGenerator]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("width", "acceleration"), [(320, 4), (321, 8), (64, 1), (10, 3.7)])
def test_as_many_columns_as_the_acceleration_asks_for(kind: type, width: int, acceleration: float) -> None:
    mask = kind((2, width), acceleration)(3, torch.Generator().manual_seed(0))["mask"]
    assert mask[:, 0, 0].sum(-1).tolist() == [round(width / acceleration)] * 3
    middle = round(width * 0.32 / acceleration)
    first = width // 2 - middle // 2
    assert bool(mask[..., first : first + middle].all())


def chances(kind: type, **options: float) -> torch.Tensor:
    """How often each column outside of the middle is taken, by its distance from it."""
    mask = kind((1, 33), 4, 0.0, **options)(4000, torch.Generator().manual_seed(1))["mask"]
    return mask[:, 0, 0].mean(0)


def test_chances_are_equal() -> None:
    assert chances(RandomMaskGenerator).sub(8 / 33).abs().max() < 4 * (8 / 33 * 25 / 33 / 4000) ** 0.5


def test_a_single_column_is_drawn_by_the_density() -> None:
    mask = GaussianMaskGenerator((1, 9), 9, 0.0, std=0.4)(6000, torch.Generator().manual_seed(2))["mask"]
    distance = (torch.arange(9) - 4).double() / 4.5
    law = (-0.5 * (distance / 0.4) ** 2).exp()
    law = law / law.sum()
    assert ((mask[:, 0, 0].mean(0) - law).abs() < 4 * (law * (1 - law) / 6000).sqrt()).all()


def test_powers_keep_to_the_middle() -> None:
    gentle, steep = chances(PolyOrderMaskGenerator, order=1.0), chances(PolyOrderMaskGenerator, order=8.0)
    assert steep[16] > gentle[16] > gentle[0]
    assert steep[:8].sum() < 0.2 * gentle[:8].sum()


def test_what_is_out_of_range() -> None:
    with pytest.raises(ArgumentError, match="`std` must be positive"):
        GaussianMaskGenerator((4, 8), std=0.0)
    with pytest.raises(ArgumentError, match="`order` must be positive"):
        PolyOrderMaskGenerator((4, 8), order=-1.0)
