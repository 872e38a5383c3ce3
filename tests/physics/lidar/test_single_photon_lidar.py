import math

import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import GaussianNoise, SinglePhotonLidar
from tests.example import LEVELS, Example, random

EXAMPLES = {
    SinglePhotonLidar: [
        Example(lambda: SinglePhotonLidar(7, 10 * LEVELS)),
        Example(lambda: SinglePhotonLidar(4, 0.7, GaussianNoise(0.1)), shape=(2, 3, 2, 3)),
    ]
}


def pixels(depth: float, intensity: float, background: float) -> torch.Tensor:
    return torch.tensor([depth, intensity, background], dtype=torch.float64).reshape(1, 3, 1, 1)


def test_all_photons_fall_into_bins() -> None:
    y = SinglePhotonLidar(40, 1.5).A(pixels(20.3, 100.0, 2.0))
    assert float(y.sum()) == pytest.approx(100 + 40 * 2, rel=1e-12)
    mean = float(((y - 2) * torch.arange(40).reshape(1, -1, 1, 1)).sum()) / 100
    assert mean == pytest.approx(20.3, abs=1e-9)


def test_a_bin_holds_the_integral_of_the_response() -> None:
    y = SinglePhotonLidar(9, 2.0).A(pixels(3.2, 1.0, 0.0))
    expected = 0.5 * (math.erf((5.5 - 3.2) / 2 / math.sqrt(2)) - math.erf((4.5 - 3.2) / 2 / math.sqrt(2)))
    assert float(y[0, 5]) == pytest.approx(expected, rel=1e-12)
    short = SinglePhotonLidar(9, 1e-3).A(pixels(3.2, 1.0, 0.0))
    assert short.flatten().tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0]


def test_gradients_reach_depth_and_response_and_are_finite_far_away() -> None:
    x = pixels(3.2, 5.0, 0.1).requires_grad_()
    sigma = torch.tensor([1.2], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x, s: SinglePhotonLidar(9, s).A(x), (x, sigma))
    far = torch.tensor([1e4, 5.0, 0.1]).reshape(1, 3, 1, 1).requires_grad_()
    (slope,) = torch.autograd.grad(SinglePhotonLidar(9).A(far).sum(), far)
    assert slope.isfinite().all()


def test_the_matched_filter_finds_bright_returns() -> None:
    depth = torch.tensor([[5.0, 12.0, 21.0], [8.0, 3.0, 25.0]])
    x = torch.stack([depth, torch.full((2, 3), 200.0), torch.full((2, 3), 0.5)])[None]
    lidar = SinglePhotonLidar(30, 1.0)
    found = lidar.matched_filter(lidar(x, torch.Generator().manual_seed(0)))
    assert torch.equal(found[0, 0], depth)
    assert ((found[0, 1] / 200 - 1).abs() < 0.2).all()


def test_arguments_are_checked() -> None:
    with pytest.raises(ArgumentError, match="`bins` must be at least 1"):
        SinglePhotonLidar(0)
    with pytest.raises(ArgumentError, match="`sigma` must be positive"):
        SinglePhotonLidar(5, 0.0)
    with pytest.raises(ShapeError, match="`x` must be depth, intensity, background"):
        SinglePhotonLidar(5).A(random(1, 2, 4, 4))
    with pytest.raises(ShapeError, match="`y` must have 5 bins"):
        SinglePhotonLidar(5).matched_filter(random(1, 4, 4, 4))
