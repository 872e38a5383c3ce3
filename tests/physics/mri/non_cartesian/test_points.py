import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics.mri.non_cartesian.points import as_trajectory, check_trajectory


@pytest.mark.parametrize(
    ("shape", "made"),
    [
        ((7, 2), (1, 1, 7, 2)),
        ((3, 7, 2), (1, 1, 21, 2)),
        ((4, 3, 7, 2), (4, 1, 21, 2)),
        ((1, 5, 3, 7, 2), (1, 5, 21, 2)),
    ],
)
def test_images_frames_samples(shape: tuple[int, ...], made: tuple[int, ...]) -> None:
    assert as_trajectory(torch.zeros(shape), 2).shape == made


def test_units_are_cycles_per_pixel() -> None:
    """No unit is guessed: mri-nufft 1.5.1 takes radians for cycles where all samples happen to be small."""
    check_trajectory(torch.full((3, 2), 0.5), 2)
    with pytest.raises(
        ArgumentError, match=r"cycles per pixel, in \[-0.5, 0.5\], got 3.1.*divide radians .* by 6.2832"
    ):
        check_trajectory(torch.full((3, 2), 3.1), 2)
    with pytest.raises(ArgumentError, match=r"got 0.51; divide"):
        check_trajectory(torch.tensor([[0.1, -0.51]]), 2)
    with pytest.raises(ArgumentError, match="got nan"):
        check_trajectory(torch.tensor([[0.1, torch.nan]]), 2)


def test_one_frequency_for_each_axis() -> None:
    for wrong in (torch.zeros(4, 3), torch.zeros(4), torch.zeros(4, 2, dtype=torch.complex64)):
        with pytest.raises(ShapeError, match=r"`trajectory` must be real, \(samples, 2\)"):
            check_trajectory(wrong, 2)
