import pytest
import torch

from preimage.fidelity import GaussianLikelihood, Likelihood, LinearLikelihood, SpectralLikelihood, likelihood
from preimage.functional import LinearlyComposed, Proximable
from preimage.optim import L1, L2, PoissonLikelihood
from preimage.physics import (
    BlurFFT,
    Decolorize,
    Denoising,
    GaussianNoise,
    LaplaceNoise,
    LinearPhysics,
    PoissonGaussianNoise,
    PoissonNoise,
    stack,
)
from preimage.physics.noise import Noise
from preimage.testing import check_composed

KERNEL = torch.rand(3, 3, generator=torch.Generator().manual_seed(5), dtype=torch.float64) / 4
SIGMA = torch.tensor([0.2, 0.5], dtype=torch.float64)
NOISES: list[tuple[type, tuple[Noise, Noise]]] = [
    (GaussianLikelihood, (GaussianNoise(SIGMA), GaussianNoise(0.3))),
    (LinearLikelihood, (PoissonNoise(0.1), LaplaceNoise(0.3))),
    (LinearLikelihood, (PoissonNoise(0.1, background=0.2), GaussianNoise(0.3))),
    (Likelihood, (PoissonGaussianNoise(0.1, 0.1), GaussianNoise(SIGMA))),
]


def images(seed: int, channels: int = 3) -> torch.Tensor:
    return torch.rand(2, channels, 4, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) + 0.1


def sensors(first: Noise, second: Noise) -> tuple[LinearPhysics, LinearPhysics]:
    return Decolorize(noise=first), BlurFFT(KERNEL, second)


@pytest.mark.parametrize(("kind", "noises"), NOISES)
def test_it_is_the_sum_of_its_sensors(kind: type, noises: tuple[Noise, Noise]) -> None:
    parts = sensors(*noises)
    x, y = images(1), (images(2, 1), images(3))
    f = likelihood(stack(*parts), y)
    assert type(f) is kind
    assert len(f.terms()) == 2
    terms = f.terms()
    assert len(terms) == 2
    for term, part, measured in zip(terms, parts, y, strict=True):
        alone = likelihood(part, measured)
        assert type(term) is type(alone)
        torch.testing.assert_close(term(x), alone(x), rtol=0, atol=0)
        torch.testing.assert_close(term.grad(x), alone.grad(x), rtol=0, atol=0)
    torch.testing.assert_close(f(x), terms[0](x) + terms[1](x))
    torch.testing.assert_close(f.grad(x), terms[0].grad(x) + terms[1].grad(x))
    point = x.clone().requires_grad_()
    torch.testing.assert_close(f.grad(x), torch.autograd.grad(f(point).sum(), point)[0])


def test_gaussian_sensors_are_solved_as_one_system() -> None:
    physics = stack(*sensors(GaussianNoise(SIGMA), GaussianNoise(0.3)))
    x, y = images(1), (images(2, 1), images(3))
    f = likelihood(physics, y)
    assert isinstance(f, Proximable)
    constant = f.lipschitz(x)
    assert constant is not None
    units = torch.eye(36, dtype=torch.float64).reshape(36, 3, 4, 3)
    rows = [part.flatten(1).mT for part in physics.A(units)]
    step = torch.tensor([0.1, 2.0], dtype=torch.float64)
    for i in range(2):
        matrix = torch.cat([rows[0] / SIGMA[i], rows[1] / 0.3])
        data = torch.cat([y[0][i].flatten() / SIGMA[i], y[1][i].flatten() / 0.3])
        system = torch.eye(36, dtype=torch.float64) + step[i] * matrix.mT @ matrix
        wanted = torch.linalg.solve(system, x[i].flatten() + step[i] * matrix.mT @ data)
        torch.testing.assert_close(f.prox(x, step)[i].flatten(), wanted, rtol=1e-7, atol=1e-8)
        norm = torch.linalg.matrix_norm(matrix, 2)
        torch.testing.assert_close(constant[i], norm**2, rtol=1e-4, atol=0)


@pytest.mark.parametrize(("kind", "noises"), NOISES[:3])
def test_a_primal_dual_method_can_take_it_apart(kind: type, noises: tuple[Noise, Noise]) -> None:
    f = likelihood(stack(*sensors(*noises)), (images(2, 1), images(3)))
    assert isinstance(f, LinearlyComposed)
    check_composed(f, images(1))


def test_terms_keep_the_closed_forms_of_their_sensors() -> None:
    f = likelihood(stack(*sensors(GaussianNoise(SIGMA), GaussianNoise(0.3))), (images(2, 1), images(3)))
    assert len(f.terms()) == 2
    assert isinstance(f.terms()[1], SpectralLikelihood)


@pytest.mark.parametrize("factory", [L1, L2, PoissonLikelihood])
def test_other_data_terms_have_terms_too(factory) -> None:
    x, y = images(1), (images(2, 1), images(3))
    f = factory(stack(*sensors(GaussianNoise(0.1), GaussianNoise(0.3))), y)
    assert len(f.terms()) == 2
    torch.testing.assert_close(f.terms()[0](x), factory(Decolorize(), y[0])(x))


def test_stacks_of_stacks() -> None:
    first, second = sensors(GaussianNoise(0.1), GaussianNoise(0.3))
    f = likelihood(stack(stack(first, second), Denoising(GaussianNoise(0.5))), ((images(2, 1), images(3)), images(4)))
    assert len(f.terms()) == 2
    inner = f.terms()[0]
    assert len(inner.terms()) == 2
    x = images(1)
    torch.testing.assert_close(f(x), sum(term(x) for term in (*inner.terms(), f.terms()[1])))
    u = f.prox(x, 0.2)  # type: ignore[attr-defined]
    torch.testing.assert_close(u + 0.2 * f.grad(u), x, rtol=0, atol=1e-8)
