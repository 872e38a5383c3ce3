import torch

from preimage.fidelity import Likelihood
from preimage.physics import Denoising, GaussianNoise, Inpainting, stack
from tests.doubles import Square
from tests.example import random

MASK = torch.tensor([[1.0, 0.0, 1.0], [1.0, 1.0, 0.0]], dtype=torch.float64)
X, Y = random(3, 1, 2, 3).double(), random(3, 1, 2, 3, seed=1).double()
SIGMA = torch.tensor([0.1, 0.2, 0.4], dtype=torch.float64)


def test_a_nonlinear_physics_is_differentiated() -> None:
    """``f(x) = ||x^2 - y||^2 / (2 sigma^2)``, whose gradient is ``2 x (x^2 - y) / sigma^2``."""
    f = Likelihood(Square(GaussianNoise(SIGMA)), Y)
    weight = 1 / SIGMA**2
    value = (X.square() - Y).square().flatten(1).sum(1) * weight / 2
    gradient = 2 * X * (X.square() - Y) * weight[:, None, None, None]
    torch.testing.assert_close(f(X), value)
    torch.testing.assert_close(f.grad(X), gradient)
    torch.testing.assert_close(f.value_and_grad(X), (value, gradient))


def test_what_is_not_measured_counts_for_nothing() -> None:
    hidden = torch.where(MASK > 0, Y, torch.nan)
    f = Likelihood(Inpainting(MASK, GaussianNoise(SIGMA)), hidden)
    squares = (MASK * (X - Y)).square().flatten(1).sum(1)
    torch.testing.assert_close(f(X), squares / (2 * SIGMA**2))
    torch.testing.assert_close(f.discrepancy(X), squares / (4 * SIGMA**2))  # four of six pixels
    assert f.measured.count().tolist() == [4, 4, 4]


def test_complex_numbers_are_two_measurements() -> None:
    f = Likelihood(Denoising(GaussianNoise(0.5)), torch.complex(Y, X))
    assert f.measured.count().tolist() == [12, 12, 12]
    torch.testing.assert_close(f.discrepancy(torch.zeros_like(X)), (X**2 + Y**2).flatten(1).sum(1) / 0.25 / 12)


def test_terms_are_those_of_the_sensors() -> None:
    one = Likelihood(Denoising(GaussianNoise(0.1)), Y)
    assert one.terms() == (one,)
    both = Likelihood(stack(one.physics, one.physics), (Y, Y), sensors=[one, one])
    assert both.terms() == (one, one)
    torch.testing.assert_close(both(X), 2 * one(X))
