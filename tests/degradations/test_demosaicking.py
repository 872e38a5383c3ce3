import pytest
import torch
from torch import Tensor

from preimage.degradations.demosaicking import demosaicked
from preimage.physics import Demosaicing

PATTERNS = ("RGGB", "BGGR", "GRBG", "GBRG")


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("method", ["bilinear", "gradient"])
def test_what_was_seen_stays_and_flat_colours_come_back(pattern: str, method: str) -> None:
    physics = Demosaicing(pattern)
    x = torch.rand(2, 3, 7, 6, dtype=torch.float64)
    torch.testing.assert_close(physics.A(demosaicked(physics.A(x), pattern, method)), physics.A(x))
    flat = torch.rand(1, 3, 1, 1, dtype=torch.float64).expand(1, 3, 6, 7)
    torch.testing.assert_close(demosaicked(physics.A(flat), pattern, method), flat)


def grey_ramp(slope: tuple[float, float]) -> Tensor:
    rows, columns = torch.arange(10.0, dtype=torch.float64)[:, None], torch.arange(12.0, dtype=torch.float64)
    return (slope[0] * rows + slope[1] * columns).expand(1, 3, 10, 12)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("method", ["bilinear", "gradient"])
def test_ramps_come_back_inside(pattern: str, method: str) -> None:
    x = grey_ramp((0.3, -0.2))
    found = demosaicked(Demosaicing(pattern).A(x), pattern, method)
    torch.testing.assert_close(found[..., 2:-2, 2:-2], x[..., 2:-2, 2:-2])


def test_gradients_make_grey_details_better_than_means_do(rng: torch.Generator) -> None:
    x = torch.nn.functional.avg_pool2d(torch.rand(1, 1, 41, 41, generator=rng), 2, 1).expand(1, 3, 40, 40)
    errors = [float((demosaicked(Demosaicing().A(x), "RGGB", m) - x).square().mean()) for m in ("gradient", "bilinear")]
    assert errors[0] < 0.6 * errors[1]


def test_one_pixel_has_the_colour_of_its_filter() -> None:
    assert demosaicked(torch.full((1, 1, 1, 1), 0.5), "RGGB", "bilinear").shape == (1, 3, 1, 1)
