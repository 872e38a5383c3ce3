import math

import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import RadioInterferometry, stack
from preimage.physics.radio import primary_beam
from tests.example import random

PIXEL = 2.0  # arc seconds; with 25 m and 21 cm, 1.22 w / D is 1057 pixels


def along(kind: str, diameter: float = 25.0, wavelength: float = 0.21) -> tuple[torch.Tensor, torch.Tensor]:
    """Distances from the centre in units of wavelength by diameter, and the beam there."""
    beam = primary_beam((1, 4001), PIXEL, diameter, wavelength, kind)[0, 2000:].double()
    return torch.arange(2001) * math.radians(PIXEL / 3600) * diameter / wavelength, beam


def test_the_first_zero_and_the_widths_are_those_of_a_disk() -> None:
    distance, beam = along("airy")
    first = int((beam[1:] > beam[:-1]).nonzero()[0])
    assert float(distance[first]) == pytest.approx(1.2197, abs=2e-3)
    assert float(beam[first]) < 1e-6
    assert float(beam[first:].max()) == pytest.approx(0.0175, abs=1e-4)  # the first side lobe, 17.6 dB below
    for kind in ("airy", "gaussian"):
        distance, beam = along(kind)
        assert float(beam[0]) == pytest.approx(1.0, abs=1e-6)
        half = int((beam < 0.5).nonzero()[0])
        assert float(2 * distance[half]) == pytest.approx(1.03, abs=3e-3)
    assert float(along("gaussian")[1][1500:].max()) < 1e-2


def test_each_frequency_has_its_own_and_the_axes_are_alike() -> None:
    wavelengths = torch.tensor([0.21, 0.105])
    beams = primary_beam((9, 8), 300.0, 25.0, wavelengths)
    assert beams.shape == (2, 9, 8)
    assert beams[:, 4, 4].tolist() == [1.0, 1.0]
    torch.testing.assert_close(beams[1], primary_beam((9, 8), 300.0, 25.0, 0.105))
    torch.testing.assert_close(beams[0, 4, 4:], beams[0, 4:8, 4])
    torch.testing.assert_close(beams[1, 4, 5], beams[0, 4, 6])  # twice as near


@pytest.mark.parametrize("kind", ["airy", "gaussian"])
def test_gradients_reach_diameters_and_wavelengths(kind) -> None:
    """Against differences: what is returned is in single precision."""
    numbers = torch.tensor([25.0, 0.21], dtype=torch.float64, requires_grad=True)
    weights = random(7, 6)
    (slope,) = torch.autograd.grad((weights * primary_beam((7, 6), 300.0, numbers[0], numbers[1], kind)).sum(), numbers)
    for index, step in ((0, 0.25), (1, 0.0021)):
        each = []
        for sign in (1, -1):
            moved = numbers.detach().clone()
            moved[index] += sign * step
            each.append(float((weights * primary_beam((7, 6), 300.0, moved[0], moved[1], kind)).double().sum()))
        assert float(slope[index]) == pytest.approx((each[0] - each[1]) / (2 * step), rel=5e-3)


def test_it_dims_what_each_frequency_sees_of_a_source_off_the_centre() -> None:
    wavelengths = torch.tensor([0.21, 0.18])
    uv = random(9, 2, low=-0.2, high=0.2)
    beams = primary_beam((8, 8), 300.0, 25.0, wavelengths)
    bands = [
        RadioInterferometry(uv * (0.21 / wavelength), (8, 8), beam=beam)
        for wavelength, beam in zip(wavelengths, beams, strict=True)
    ]
    x = torch.zeros(1, 1, 8, 8)
    x[..., 1, 6] = 8.0
    for y, beam in zip(stack(*bands).A(x), beams, strict=True):
        torch.testing.assert_close(y.abs(), beam[1, 6].expand(1, 1, 9), rtol=1e-5, atol=1e-6)


def test_arguments_are_checked() -> None:
    with pytest.raises(ArgumentError, match="`diameter` must be positive"):
        primary_beam((4, 4), 1.0, 0.0, 0.21)
    with pytest.raises(ArgumentError, match="`kind` must be airy or gaussian"):
        primary_beam((4, 4), 1.0, 25.0, 0.21, "sinc")  # pyright: ignore[reportArgumentType]
    with pytest.raises(ArgumentError, match="`pixel` must keep the field"):
        primary_beam((4, 4), 3600 * 60.0, 25.0, 0.21)
    with pytest.raises(ShapeError, match="`wavelength` must be a number"):
        primary_beam((4, 4), 1.0, 25.0, torch.ones(2, 2))
