import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics import MRI
from preimage.physics.generators import RandomMaskGenerator


def test_patterns_are_parameters_of_mri() -> None:
    generator = RandomMaskGenerator((6, 8), 2)
    x = torch.randn(3, 1, 6, 8, dtype=torch.complex64)
    masks = generator(3, torch.Generator().manual_seed(0))
    y = MRI(torch.ones(6, 8)).A(x) * masks["mask"]
    torch.testing.assert_close(MRI(torch.ones(6, 8))(x, **masks), y)


def test_columns_are_whole_and_frames_differ() -> None:
    mask = RandomMaskGenerator((5, 6, 32), 4)(2, torch.Generator().manual_seed(0))["mask"]
    assert mask.shape == (2, 1, 5, 6, 32)
    assert bool((mask == mask[..., :1, :]).all())
    assert not torch.equal(mask[:, :, 0], mask[:, :, 1])


@pytest.mark.parametrize(
    ("shape", "acceleration", "fraction"),
    [((8,), 4, None), ((8, 0), 1, None), ((8, 8), 0.5, None), ((8, 8), 9, None), ((8, 8), 4, 0.5), ((8, 8), 4, -0.1)],
)
def test_what_is_out_of_range(shape: tuple[int, ...], acceleration: float, fraction: float | None) -> None:
    with pytest.raises(ArgumentError):
        RandomMaskGenerator(shape, acceleration, fraction)
