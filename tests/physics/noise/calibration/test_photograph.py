import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import GaussianNoise, PoissonGaussianNoise
from preimage.physics.noise.calibration.photograph import PhotographLine, line_of_photograph


def scene(size: int, texture: float) -> Tensor:
    """Light that changes slowly, edges, and a texture in a third of the picture."""
    rows, columns = torch.meshgrid(*(torch.linspace(0, 1, size, dtype=torch.float64),) * 2, indexing="ij")
    smooth = 0.1 + 0.6 * (0.5 + 0.5 * torch.sin(5 * rows + 2 * columns)) * columns
    shapes = 0.2 * ((rows - 0.5) ** 2 + (columns - 0.4) ** 2 < 0.05)
    fine = texture * torch.sin(1.3 * size * rows) * torch.sin(0.9 * size * columns) * (rows > 0.66)
    return (smooth + shapes + fine).clamp_min(0.01)


def covered(found: PhotographLine, gain: float, offset: float) -> bool:
    return abs(found.gain - gain) < 3 * found.gain_error and abs(found.offset - offset) < 3 * found.offset_error


@pytest.mark.parametrize("texture", [0.0, 0.1])
@pytest.mark.parametrize(("gain", "sigma"), [(0.01, 0.02), (0.002, 0.03), (0.05, 0.01)])
def test_the_truth_is_within_the_errors(gain: float, sigma: float, texture: float) -> None:
    for seed in range(3):
        y = PoissonGaussianNoise(gain, sigma).sample(scene(480, texture), torch.Generator().manual_seed(seed))
        found = line_of_photograph(y)
        assert covered(found, gain, sigma**2), (found, gain, sigma**2)
        assert found.gain_error < 0.3 * gain
    colours = PoissonGaussianNoise(gain, sigma).sample(scene(480, texture).expand(3, 480, 480))
    assert line_of_photograph(colours).gain == pytest.approx(gain, rel=0.15)


def test_white_noise_has_no_gain() -> None:
    y = GaussianNoise(0.05).sample(scene(480, 0.0), torch.Generator().manual_seed(0))
    found = line_of_photograph(y)
    assert covered(found, 0.0, 0.05**2)
    assert found.offset == pytest.approx(0.05**2, rel=0.1)


def test_clipped_places_are_left_out() -> None:
    y = PoissonGaussianNoise(0.01, 0.02).sample(2 * scene(480, 0.0), torch.Generator().manual_seed(0))
    assert covered(line_of_photograph(y.clamp(0, 1), white=1.0), 0.01, 0.02**2)


def test_what_is_too_small_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`frames` must have 384 places of 12x12 pixels"):
        line_of_photograph(torch.rand(100, 100))
    with pytest.raises(ShapeError, match=r"`frames` must be real, \(H, W\) or \(C, H, W\)"):
        line_of_photograph(torch.rand(1, 1, 100, 100))
