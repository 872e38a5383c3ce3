import math

import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.fidelity import likelihood
from preimage.physics import GaussianNoise, Haze, Inpainting
from tests.example import LEVELS, Example, random

EXAMPLES = {
    Haze: [
        Example(
            lambda: Haze(random(2, 1, 6, 5, high=9.0), LEVELS, random(2, 3, seed=1), GaussianNoise(LEVELS)),
            complex=True,
        ),
        Example(lambda: Haze(random(1, 1, 4, 3), 0.5, torch.tensor([[0.9]])), shape=(2, 1, 4, 3)),
        Example(lambda: Haze(random(1, 1, 4, 3), torch.tensor([0.5])), shape=(2, 3, 4, 3)),
    ],
}

HALF = math.log(2)


def test_values_by_hand() -> None:
    """Transmissions 1, 1/2, 1/4 with a coefficient of log 2 per metre, and their squares with twice as much."""
    depth = torch.tensor([0.0, 1.0, 2.0], dtype=torch.float64).reshape(1, 1, 1, 3)
    x = torch.tensor([[0.25, 0.5, 1.0], [0.0, 1.0, 0.5]], dtype=torch.float64).reshape(1, 2, 1, 3).repeat(2, 1, 1, 1)
    airlight = torch.tensor([[1.0, 0.5], [0.0, 1.0]], dtype=torch.float64)
    y = Haze(depth, torch.tensor([HALF, 2 * HALF], dtype=torch.float64), airlight).A(x)
    expected = [[[0.25, 0.75, 1.0], [0.0, 0.75, 0.5]], [[0.25, 0.125, 0.0625], [0.0, 1.0, 0.96875]]]
    torch.testing.assert_close(y[:, :, 0], torch.tensor(expected, dtype=torch.float64))


def test_a_number_is_the_airlight_of_every_channel() -> None:
    depth, x = random(2, 1, 4, 3), random(2, 3, 4, 3, seed=1)
    assert torch.equal(Haze(depth, 0.5, 0.8).A(x), Haze(depth, 0.5, torch.full((1, 3), 0.8)).A(x))


def test_thin_haze_keeps_its_digits() -> None:
    """``1 - exp(-1e-9)`` is zero in single precision."""
    y = Haze(torch.ones(1, 1, 1, 1), 1e-9).A(torch.zeros(1, 1, 1, 1))
    torch.testing.assert_close(y, torch.full((1, 1, 1, 1), 1e-9), rtol=1e-6, atol=0)


def test_it_is_a_mask_on_what_the_airlight_leaves() -> None:
    haze = Haze(random(2, 1, 6, 5, high=9.0), LEVELS, random(2, 3, seed=1), GaussianNoise(0.1))
    x = random(2, 3, 6, 5, seed=2)
    y = haze(x, torch.Generator().manual_seed(0))
    linear = Inpainting(haze.transmission(x), haze.noise)
    without = y - haze.A(torch.zeros_like(x))
    torch.testing.assert_close(likelihood(linear, without)(x), likelihood(haze, y)(x))
    torch.testing.assert_close(likelihood(linear, without).grad(x), likelihood(haze, y).grad(x), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(linear.A_dagger(haze.A(x) - haze.A(torch.zeros_like(x))), x)


def test_what_lies_too_far_away_is_not_measured() -> None:
    haze = Haze(torch.tensor([0.0, 1e6]).reshape(1, 1, 1, 2), 1.0, 0.7, GaussianNoise(0.1))
    y = haze.A(torch.tensor([0.2, 0.2]).reshape(1, 1, 1, 2))
    torch.testing.assert_close(y.flatten(), torch.tensor([0.2, 0.7]))
    assert haze.seen(y).flatten().tolist() == [True, False]
    term = likelihood(haze, torch.tensor([0.2, torch.nan]).reshape(1, 1, 1, 2))
    assert term.grad(y).flatten().tolist() == [0.0, 0.0]


def test_gradients_reach_the_parameters() -> None:
    depth = torch.full((1, 1, 1, 1), 2.0)
    beta, airlight = torch.tensor([0.5], requires_grad=True), torch.tensor([[0.75]], requires_grad=True)
    Haze(depth, beta, airlight).A(torch.full((1, 1, 1, 1), 0.25)).sum().backward()
    assert beta.grad is not None
    assert airlight.grad is not None
    torch.testing.assert_close(beta.grad, torch.tensor([math.exp(-1)]))  # depth * t * (airlight - x)
    torch.testing.assert_close(airlight.grad, torch.tensor([[1 - math.exp(-1)]]))


def test_arguments_are_checked() -> None:
    depth, x = torch.ones(1, 1, 4, 3), torch.rand(2, 3, 4, 3)
    with pytest.raises(ArgumentError, match="`depth` must be at least 0, got -1"):
        Haze(-depth, 1.0)
    with pytest.raises(ArgumentError, match="`beta` must be positive, got 0"):
        Haze(depth, 0.0)
    with pytest.raises(ArgumentError, match="`airlight` must be at least 0"):
        Haze(depth, 1.0, torch.tensor([[0.5, -0.5, 0.5]]))
    with pytest.raises(ShapeError, match=r"`depth` must have shape \(B or 1, 1, H, W\), got \(4, 3\)"):
        Haze(depth[0, 0], 1.0)
    with pytest.raises(ShapeError, match="`beta` must be a number"):
        Haze(depth, torch.ones(1, 1, 4, 3))
    with pytest.raises(ShapeError, match="`airlight` must be a number"):
        Haze(depth, 1.0, torch.ones(3))
    with pytest.raises(ShapeError, match="`depth` must fit images"):
        Haze(torch.ones(1, 1, 3, 4), 1.0).A(x)
    with pytest.raises(ShapeError, match="`depth` must fit images"):
        Haze(torch.ones(3, 1, 4, 3), 1.0).A(x)
    with pytest.raises(ShapeError, match="per-image parameter"):
        Haze(depth, torch.ones(3)).A(x)
    with pytest.raises(ShapeError, match="`airlight` must fit images"):
        Haze(depth, 1.0, torch.ones(1, 2)).A(x)
    with pytest.raises(ShapeError, match="`x` must have shape"):
        Haze(depth, 1.0).A(x[0])
