import pytest
import torch

from preimage.errors import CapabilityError
from preimage.fidelity import SpectralLikelihood, likelihood
from preimage.functional import Separable, Smooth, Zero
from preimage.optim import Box, L1Prior, Tikhonov, TVPrior
from preimage.optim.acceleration._change_of_variables import compose_data_term, compose_prior, is_pixelwise
from preimage.physics import BlurFFT, GaussianNoise, Inpainting
from tests.example import kernel, random

S = random(3, 4, 5, low=0.5, high=2.0).double()
SCALING = Inpainting(S)
BLUR = BlurFFT(kernel(3, 3).double())
U = random(2, 3, 4, 5, seed=1, low=-1).double()


def test_value_gradient_and_constant_follow_the_chain_rule() -> None:
    """``w/2 ||S u||^2``: the gradient is ``w S^H S u``, the constant ``w ||S||^2``."""
    for operator in (SCALING, BLUR):
        g = compose_prior(Tikhonov(3.0), operator, U)
        assert isinstance(g, Smooth)
        torch.testing.assert_close(g(U), 1.5 * operator.A(U).square().flatten(1).sum(1))
        torch.testing.assert_close(g.grad(U), 3 * operator.A_adjoint(operator.A(U)))
        constant = g.lipschitz(U)
        assert constant is not None
        torch.testing.assert_close(constant, 3 * operator.norm(U) ** 2)
    assert not isinstance(compose_prior(Tikhonov(3.0), BLUR, U), Separable)


def test_the_prox_under_a_diagonal_is_soft_thresholding_by_pixel() -> None:
    """Of ``w |s u|`` with step ``t`` it is soft thresholding of ``u`` by ``t w s``."""
    g = compose_prior(L1Prior(0.3), SCALING, U)
    assert isinstance(g, Separable)
    assert not isinstance(g, Smooth)
    torch.testing.assert_close(g.prox(U, 0.7), U.sign() * (U.abs() - 0.7 * 0.3 * S).clamp_min(0))


def test_a_data_term_keeps_what_it_can_do() -> None:
    y = random(2, 3, 4, 5, seed=2).double()
    f = compose_data_term(likelihood(BLUR.replace(noise=GaussianNoise(0.5)), y), BLUR, U)
    assert isinstance(f, SpectralLikelihood)
    torch.testing.assert_close(f(U), 2 * (BLUR.A(BLUR.A(U)) - y).square().flatten(1).sum(1))


def test_what_is_left_of_nothing_and_of_too_little() -> None:
    zero = Zero()
    assert compose_prior(zero, BLUR, U) is zero
    with pytest.raises(CapabilityError, match="got TVPrior under Inpainting"):
        compose_prior(TVPrior(1.0), SCALING, U)
    with pytest.raises(CapabilityError, match="got Box under BlurFFT"):
        compose_prior(Box(0.0, 1.0), BLUR, U)


def test_which_operators_scale_pixels() -> None:
    assert is_pixelwise(SCALING, U)
    assert not is_pixelwise(BLUR, U)
    assert not is_pixelwise(Inpainting(torch.where(S > 1, S, 0)), U)
    assert not is_pixelwise(1j * SCALING, U)  # pyright: ignore
