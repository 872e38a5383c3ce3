import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.fidelity import (
    GaussianLikelihood,
    Likelihood,
    LinearLikelihood,
    ProximableLikelihood,
    SpectralLikelihood,
    likelihood,
)
from preimage.models.dip.data_term import PartialLikelihood
from preimage.optim import L1, L2, PGD, LogPoissonLikelihood, PoissonLikelihood, Variational
from preimage.physics import (
    Blur,
    BlurFFT,
    Decolorize,
    Demosaicing,
    Denoising,
    GaussianNoise,
    Inpainting,
    LaplaceNoise,
    PhaseRetrieval,
    PoissonNoise,
    stack,
)
from preimage.physics.noise import PoissonGaussianNoise
from preimage.testing import check_prox
from tests.example import LEVELS, SEEN, Example, Y, kernel, random

COVERS = ["preimage.fidelity.base", "preimage.fidelity.gaussian", "preimage.fidelity.linear"]

EXAMPLES = {
    Likelihood: [Example(lambda: likelihood(Demosaicing(noise=PoissonGaussianNoise(0.1, 0.1)), Y[:, :1]))],
    GaussianLikelihood: [
        Example(lambda: likelihood(Decolorize(noise=GaussianNoise(LEVELS)), Y[:, :1])),
        Example(lambda: likelihood(Blur(kernel(3, 3), "reflect"), Y)),
    ],
    SpectralLikelihood: [Example(lambda: likelihood(BlurFFT(kernel(3, 3), GaussianNoise(LEVELS)), Y))],
    ProximableLikelihood: [
        Example(lambda: L1(Demosaicing(), Y[:, :1], LEVELS), complex=True),
        Example(lambda: PoissonLikelihood(Decolorize(random(2, 3)), Y[:, :1], LEVELS)),
        Example(lambda: likelihood(Inpainting(SEEN, PoissonNoise(LEVELS)), SEEN * Y)),
    ],
    LinearLikelihood: [
        Example(lambda: LogPoissonLikelihood(BlurFFT(kernel(3, 3)), Y, 500 * LEVELS, 2.0)),
        Example(lambda: likelihood(Blur(kernel(3, 3), "reflect", noise=LaplaceNoise(LEVELS)), Y)),
    ],
}

SHAPE = (2, 1, 4, 3)


def images(seed: int = 0) -> torch.Tensor:
    return torch.rand(SHAPE, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def dense(physics) -> torch.Tensor:
    """The matrix of ``physics`` on single images."""
    units = torch.eye(12, dtype=torch.float64).reshape(12, 1, 4, 3)
    y = physics.A(units)
    return torch.cat([part.flatten(1) for part in (y if isinstance(y, tuple) else (y,))], 1).mT


KERNEL = torch.rand(3, 3, generator=torch.Generator().manual_seed(5), dtype=torch.float64) / 4


def test_gaussian_prox_and_lipschitz_constant_against_a_dense_matrix():
    sigma = torch.tensor([0.2, 0.5], dtype=torch.float64)
    step = torch.tensor([0.1, 3.0], dtype=torch.float64)
    physics = BlurFFT(KERNEL, GaussianNoise(sigma))
    x, y, matrix = images(1), images(2), dense(physics)
    f = likelihood(physics, y)
    assert isinstance(f, GaussianLikelihood)
    for i in range(2):
        weight = step[i] / sigma[i] ** 2
        rhs = x[i].flatten() + weight * matrix.mT @ y[i].flatten()
        wanted = torch.linalg.solve(torch.eye(12) + weight * matrix.mT @ matrix, rhs)
        torch.testing.assert_close(f.prox(x, step)[i].flatten(), wanted)
    torch.testing.assert_close(f.lipschitz(x), torch.linalg.matrix_norm(matrix, 2) ** 2 / sigma**2)


def test_stacked_gaussian_noises_are_whitened():
    pair = stack(
        BlurFFT(KERNEL, GaussianNoise(torch.tensor([0.2, 0.5], dtype=torch.float64))), Denoising(GaussianNoise(0.3))
    )
    x, y = images(1), (images(2), images(3))
    f = likelihood(pair, y)
    assert isinstance(f, GaussianLikelihood)
    misfits = [(dense(pair)[:12] @ x.flatten(1).mT).mT - y[0].flatten(1), x.flatten(1) - y[1].flatten(1)]
    levels = torch.tensor([[0.2, 0.3], [0.5, 0.3]], dtype=torch.float64)
    wanted = sum(m.square().sum(1) / (2 * levels[:, i] ** 2) for i, m in enumerate(misfits))
    torch.testing.assert_close(f(x), wanted)
    u = f.prox(x, 0.7)
    torch.testing.assert_close(u + 0.7 * f.grad(u), x, rtol=0, atol=1e-8)  # the condition that defines a prox


@pytest.mark.parametrize(
    ("physics", "kind"),
    [
        (Denoising(LaplaceNoise(0.2)), ProximableLikelihood),
        (Inpainting(torch.rand(4, 3) > 0.4, LaplaceNoise(0.2)), ProximableLikelihood),
        (BlurFFT(KERNEL, LaplaceNoise(0.2)), LinearLikelihood),
        (BlurFFT(KERNEL), SpectralLikelihood),
        (Demosaicing(), GaussianLikelihood),
    ],
)
def test_the_most_capable_kind_is_chosen(physics, kind):
    assert type(likelihood(physics, images())) is kind


@pytest.mark.parametrize("noise", [PoissonNoise(0.1), PoissonNoise(0.1, background=0.2)], ids=repr)
@pytest.mark.parametrize("value", [-0.5, -1e-9, float("nan"), float("inf")])
def test_only_counts_have_a_poisson_likelihood(noise, value):
    y = torch.ones(1, 1, 4, 3)
    y[..., 1, 1] = value
    seen = torch.ones(4, 3)
    seen[1, 1] = 0
    blur = BlurFFT(torch.ones(3, 3) / 9)
    pair = stack(Denoising(GaussianNoise(0.1)), Denoising(noise))
    for make in (
        lambda: likelihood(Denoising(noise), y),
        lambda: likelihood(blur.replace(noise=noise), y),
        lambda: PoissonLikelihood(blur, y, 0.1),
        lambda: likelihood(pair, (y, y)),
        lambda: PartialLikelihood.draw(Denoising(noise), y, 0.1, seed=0),
        lambda: Variational(PGD())(y, blur.replace(noise=noise)),
        lambda: likelihood(PhaseRetrieval(blur, noise), y),
    ):
        with pytest.raises(ArgumentError, match=r"`y` must hold counts, none below zero, got .*`background`"):
            make()
    likelihood(Inpainting(seen, noise), y)
    likelihood(Inpainting(seen, noise) @ blur, y)
    with pytest.raises(ShapeError, match="real"):
        likelihood(Denoising(noise), 1j * torch.ones(1, 1, 4, 3))


@pytest.mark.parametrize("sigma", [0.0, 0, torch.tensor([0.1, 0.0])], ids=repr)
def test_a_likelihood_needs_noise(sigma):
    for physics in (Denoising(), BlurFFT(KERNEL), Inpainting(torch.ones(4, 3)), PhaseRetrieval(BlurFFT(KERNEL))):
        with pytest.raises(ArgumentError, match="`sigma` must be positive for a likelihood"):
            likelihood(physics.replace(noise=GaussianNoise(sigma)), images())
    with pytest.raises(ArgumentError, match="`sigma` must be positive for a likelihood"):
        L2(Denoising(), images(), sigma)
    likelihood(Denoising(), images())


def test_diagonal_prox():
    mask = torch.tensor([[1.0, 0.0, 0.5]], dtype=torch.float64).expand(4, 3)
    for noise in (LaplaceNoise(0.3), PoissonNoise(0.1)):
        f = likelihood(Inpainting(mask, noise), mask * images(2))
        assert isinstance(f, ProximableLikelihood)
        check_prox(f, images(1) + 0.1)
        assert torch.equal(f.prox(images(1), 0.2)[..., 1], images(1)[..., 1])


def test_outer_prox_is_that_of_the_noise():
    physics = BlurFFT(KERNEL, LaplaceNoise(0.3))
    x, y = images(1), images(2)
    f = likelihood(physics, y)
    assert isinstance(f, LinearLikelihood)
    torch.testing.assert_close(f.outer_prox(f.linear(x), 0.1), physics.noise.prox(physics.A(x), y, 0.1))
    torch.testing.assert_close((f.linear_adjoint(y) * x).sum(), (y * f.linear(x)).sum())
    assert float(f.linear_norm(x)) == pytest.approx(float(torch.linalg.matrix_norm(dense(physics), 2)))


def test_gradient_is_the_derivative_of_the_value():
    f = likelihood(BlurFFT(KERNEL, GaussianNoise(0.3)), images(2))
    x = images(1).requires_grad_()
    (wanted,) = torch.autograd.grad(f(x).sum(), x)
    torch.testing.assert_close(f.grad(x), wanted)
    assert isinstance(f, Likelihood)
