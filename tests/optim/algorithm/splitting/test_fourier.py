import pytest
import torch

from preimage.errors import CapabilityError
from preimage.fidelity import LinearLikelihood, likelihood
from preimage.optim import SDMM, Tikhonov, TVPrior
from preimage.optim.algorithm.splitting._fourier import (
    Unchanged,
    inverse_curvature,
    parts,
    require_fourier,
    solve,
    spread,
)
from preimage.optim.prior import Box
from preimage.physics import Blur, BlurFFT, GaussianNoise, LaplaceNoise
from preimage.physics.noise import Noise
from tests.example import kernel, random

X, Y = random(2, 1, 4, 6).double(), random(2, 1, 4, 6, seed=1).double()
BLUR = BlurFFT(kernel(3, 3).double(), GaussianNoise(0.2))


def data(noise: Noise | None = None) -> LinearLikelihood:
    f = likelihood(BLUR.replace(noise=noise) if noise else BLUR, Y)
    assert isinstance(f, LinearLikelihood)
    return f


def test_the_minimiser_of_data_and_squares_has_no_gradient() -> None:
    f, periodic, t = data(), TVPrior(0.3).periodic(), torch.tensor([0.1, 0.4]).double()
    z, w = periodic.linear(X) + 0.2, X - 0.1
    x = solve(f, (periodic, Unchanged(Tikhonov(1.0))), (t, 0.7), (z, w), X)
    pull = periodic.linear_adjoint(periodic.linear(x) - z) / t[:, None, None, None] + (x - w) / 0.7
    torch.testing.assert_close(BLUR.A_adjoint(BLUR.A(x) - Y) / 0.04, -pull)


def test_data_that_are_no_square_become_one_of_the_goals() -> None:
    f, goal = data(LaplaceNoise(0.1)), BLUR.A(X)
    x = solve(f, (Unchanged(Tikhonov(1.0)), f), (0.7, 0.2), (Y, goal), X)
    torch.testing.assert_close(BLUR.A_adjoint(BLUR.A(x) - goal) / 0.2, -(x - Y) / 0.7)


def test_terms_are_the_prior_the_constraint_and_data_that_are_no_square() -> None:
    algorithm = SDMM(step_size=0.1, data_step_size=0.3, constraint=Box(0.0, 1.0))
    laplace = data(LaplaceNoise(0.1))
    terms, steps = parts(laplace, TVPrior(0.3), algorithm, 0)
    assert steps == (0.1, 0.1, 0.3)
    assert terms[-1] is laplace
    torch.testing.assert_close(terms[1].outer_prox(2 * X - 0.5, 0.1), (2 * X - 0.5).clamp(0, 1))
    assert parts(data(), TVPrior(0.3), SDMM(step_size=0.1), 0)[1] == (0.1,)


def test_the_prox_shortens_by_the_contrast() -> None:
    """Where differences have one direction, ``g(x)`` is ``weight`` times the sum of their moduli."""
    x = X[:, :, :1].expand(X.shape)
    torch.testing.assert_close(spread(TVPrior(0.3), x), x.flatten(1).std(1) / 0.3)
    assert spread(TVPrior(0.3), torch.ones_like(X)).tolist() == [1, 1]


def test_the_curvature_about_the_data_is_that_of_the_noise() -> None:
    torch.testing.assert_close(inverse_curvature(data(), X).expand(2), torch.full((2,), 0.04).double())


def test_only_periodic_convolutions_will_do() -> None:
    require_fourier(data(), SDMM())
    with pytest.raises(CapabilityError, match="periodic convolution, or of Fourier samples, for SDMM"):
        require_fourier(likelihood(Blur(kernel(3, 3), "reflect"), Y), SDMM())
