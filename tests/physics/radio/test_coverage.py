import math

import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics.radio import RadioInterferometry, equatorial, imaging_weights, uv_coverage, uvw_coverage
from tests.example import random

ANTENNAS = torch.tensor([[0.0, 0, 0], [100, 0, 0], [0, 70, 0], [-40, 20, 3]], dtype=torch.float64)


def test_lengths_of_baselines_are_kept() -> None:
    place = equatorial(ANTENNAS, 34.0)
    torch.testing.assert_close(place.norm(dim=1), ANTENNAS.norm(dim=1))
    torch.testing.assert_close(
        equatorial(torch.tensor([[0.0, 1, 0]]), 90.0), torch.tensor([[-1.0, 0, 0]]), atol=1e-6, rtol=0
    )


def test_an_east_west_pair_at_the_meridian() -> None:
    """It measures along columns alone, in wavelengths times the size of a pixel; east is left."""
    pixel = 20.0
    uv = uv_coverage(ANTENNAS[:2], 34.0, 50.0, torch.zeros(1), 0.21, pixel)
    expected = 100 / 0.21 * math.radians(pixel / 3600)
    torch.testing.assert_close(uv, torch.tensor([[0.0, -expected]], dtype=torch.float64))


def test_a_source_at_the_pole_draws_circles() -> None:
    uv = uv_coverage(ANTENNAS[:2], 90.0, 90.0, torch.linspace(0, 23, 24), 0.21, 1.0)
    torch.testing.assert_close(uv.norm(dim=1), uv.norm(dim=1)[:1].expand(24))
    assert uv_coverage(ANTENNAS, 34.0, 50.0, torch.zeros(5), 0.21, 1.0).shape == (30, 2)


def test_uniform_weights_give_every_cell_the_same_and_the_sharpest_beam() -> None:
    uv = random(400, 2, low=-0.5, high=0.5).double() * random(400, 1, seed=1).double()  # denser in the middle
    weights = {kind: imaging_weights(uv, (16, 16), kind) for kind in ("natural", "uniform", "briggs")}  # type: ignore[arg-type]
    assert all(float(w.sum()) == pytest.approx(1) for w in weights.values())
    beams = {kind: RadioInterferometry(uv, (16, 16), w.sqrt(), tol=1e-6).dirty_beam() for kind, w in weights.items()}
    beside = {kind: float(beam[8, 9]) for kind, beam in beams.items()}
    assert beside["uniform"] < beside["briggs"] < beside["natural"]
    noise = {kind: float((w**2).sum()) for kind, w in weights.items()}  # variance of the map for equal noise
    assert noise["natural"] < noise["briggs"] < noise["uniform"]


def test_robust_goes_from_uniform_to_natural() -> None:
    uv = random(200, 2, low=-0.5, high=0.5).double() * random(200, 1, seed=1).double()
    sigma = random(200, seed=2, low=0.5, high=2.0)
    near = {r: imaging_weights(uv, (8, 8), "briggs", r, sigma) for r in (-4.0, 4.0)}
    torch.testing.assert_close(near[4.0], imaging_weights(uv, (8, 8), "natural", sigma=sigma), rtol=1e-3, atol=0)
    torch.testing.assert_close(near[-4.0], imaging_weights(uv, (8, 8), "uniform", sigma=sigma), rtol=1e-3, atol=0)


def test_arguments_are_checked() -> None:
    with pytest.raises(ArgumentError, match="`kind` must be"):
        imaging_weights(random(3, 2), (4, 4), "super")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="`sigma` must be positive"):
        imaging_weights(random(3, 2), (4, 4), "natural", sigma=torch.zeros(3))
    with pytest.raises(ArgumentError, match="`wavelength` must be positive"):
        uv_coverage(ANTENNAS, 0.0, 0.0, torch.zeros(1), 0.0, 1.0)
    with pytest.raises(ShapeError, match="`antennas` must be"):
        uv_coverage(ANTENNAS[:1], 0.0, 0.0, torch.zeros(1), 0.2, 1.0)


def test_the_three_coordinates_are_a_turned_baseline():
    """Their length is that of the baseline, and at the zenith w is the difference of heights."""
    pixel = 3600 * math.degrees(1.0)  # of one radian: all in wavelengths
    uvw = uvw_coverage(ANTENNAS, 34.0, 50.0, torch.linspace(-4, 4, 5), 0.21, pixel)
    first, second = torch.triu_indices(len(ANTENNAS), len(ANTENNAS), 1)
    lengths = (ANTENNAS[second] - ANTENNAS[first]).double().norm(dim=1) / 0.21
    torch.testing.assert_close(uvw.norm(dim=1), lengths.repeat(5))
    zenith = uvw_coverage(ANTENNAS, 34.0, 34.0, torch.zeros(1), 0.21, pixel)
    torch.testing.assert_close(zenith[:, 2], (ANTENNAS[second, 2] - ANTENNAS[first, 2]).double() / 0.21)
