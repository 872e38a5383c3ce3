"""Steps that an algorithm picks by itself depend on the measurement and the physics, and so do their gradients."""

import pytest
import torch
from torch import nn

from preimage.optim import PDHG, PGD, SDMM, SIRT, Backtracking, L1Prior, TVPrior, Unrolled
from preimage.optim.prior import Box
from preimage.optim.unrolled import Checkpointed, Reversible, Stored
from preimage.physics import BlurFFT, GaussianNoise, Inpainting, PoissonNoise, kernels

ALGORITHMS = [
    (PDHG(), TVPrior(2.0), 1e-6),
    (SDMM(), TVPrior(2.0), 1e-6),
    (PDHG(constraint=Box(0.0, None)), TVPrior(2.0), 1e-6),
    # Its first step is itself from a difference, whose rounding the outer difference here divides by a small number.
    (Backtracking(PGD()), L1Prior(0.3), 1e-5),
]
NOISES = [GaussianNoise(0.1), PoissonNoise(0.02, 0.1)]


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: type(noise).__name__)
@pytest.mark.parametrize(("algorithm", "prior", "rtol"), ALGORITHMS)
def test_gradients_to_measurement_and_kernel_agree_with_differences(algorithm, prior, rtol, noise):
    rng = torch.Generator().manual_seed(0)
    kernel = kernels.gaussian_blur(1.0, size=5, dtype=torch.float64)
    x = torch.rand(2, 1, 9, 8, generator=rng, dtype=torch.float64)
    y = BlurFFT(kernel, noise)(x, rng)
    model = Unrolled(algorithm, prior, 5)

    def loss(y, kernel):
        return (model(y, BlurFFT(kernel, noise)) - x).square().sum()

    at = [y.requires_grad_(), kernel.requires_grad_()]
    gradients = torch.autograd.grad(loss(*at), at)
    for index, gradient in enumerate(gradients):
        d = torch.randn(gradient.shape, generator=rng, dtype=torch.float64)
        ahead, behind = (
            loss(*(leaf + sign * 1e-5 * d if i == index else leaf for i, leaf in enumerate(at))) for sign in (1, -1)
        )
        torch.testing.assert_close((gradient * d).sum(), (ahead - behind) / 2e-5, rtol=rtol, atol=1e-7)


@pytest.mark.parametrize("level", [0.0, 0.5])
@pytest.mark.parametrize(("algorithm", "prior", "rtol"), ALGORITHMS)
def test_gradients_are_finite_where_there_is_nothing_to_measure_a_step_by(algorithm, prior, rtol, level):
    y = torch.full((1, 1, 6, 5), level, dtype=torch.float64, requires_grad=True)
    kernel = kernels.gaussian_blur(1.0, size=5, dtype=torch.float64).requires_grad_()
    found = Unrolled(algorithm, prior, 3)(y, BlurFFT(kernel, GaussianNoise(0.1)))
    assert all(bool(gradient.isfinite().all()) for gradient in torch.autograd.grad(found.sum(), [y, kernel]))


def test_gradients_to_a_mask_are_finite_where_it_hides():
    mask = torch.tensor([1.0, 0.0, 0.5]).reshape(1, 1, 1, 3).requires_grad_()
    found = Unrolled(SIRT(), Box(0.0, None), 3)(torch.tensor([1.0, 0.0, 1.0]).reshape(1, 1, 1, 3), Inpainting(mask))
    assert bool(torch.autograd.grad(found.square().sum(), mask)[0].isfinite().all())


@pytest.mark.parametrize("gradient", [Stored(), Checkpointed(2), Reversible()], ids=lambda rule: type(rule).__name__)
@pytest.mark.parametrize("algorithm", [PDHG(), SDMM()], ids=lambda a: type(a).__name__)
def test_gradients_to_a_parameter_of_the_prior_reach_it_through_the_steps_too(algorithm, gradient):
    rng = torch.Generator().manual_seed(0)
    physics = BlurFFT(kernels.gaussian_blur(1.0, size=5, dtype=torch.float64), GaussianNoise(0.1))
    y = torch.rand(1, 1, 9, 8, generator=rng, dtype=torch.float64)

    def loss(weight):
        return Unrolled(algorithm, TVPrior(weight), 6, gradient=gradient)(y, physics).square().sum()

    at = torch.tensor(2.0, dtype=torch.float64)
    (found,) = torch.autograd.grad(loss(weight := nn.Parameter(at)), weight)
    with torch.no_grad():
        torch.testing.assert_close(found, (loss(at + 1e-5) - loss(at - 1e-5)) / 2e-5, rtol=1e-6, atol=0)
