from functools import partial

import numpy as np
import scipy
import torch

from preimage.fidelity import likelihood
from preimage.functional import Proximable
from preimage.optim import FISTA, PoissonLikelihood, Variational
from preimage.physics import (
    BlurFFT,
    CompressedSensing,
    Denoising,
    GaussianNoise,
    PhaseRetrieval,
    PoissonNoise,
    stack,
)

MATRIX = torch.rand(6, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
SENSOR = CompressedSensing(MATRIX, (1, 2, 2), GaussianNoise(0.3))
X = torch.rand(2, 1, 2, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64) + 0.1


def test_poisson_values_are_scipys() -> None:
    counts = torch.tensor([[3.0, 0.0, 7.0, 1.0, 2.0, 5.0]], dtype=torch.float64).expand(2, 6)
    f = PoissonLikelihood(SENSOR, 0.1 * counts, gain=0.1, background=0.05)
    rates = (X.flatten(1) @ MATRIX.mT + 0.05) / 0.1
    exact = -scipy.stats.poisson(rates.numpy()).logpmf(counts.numpy()).sum(1)
    value = f(X).numpy()
    np.testing.assert_allclose(value[1] - value[0], exact[1] - exact[0], rtol=1e-12)


def test_the_lipschitz_constant_is_that_of_the_hessian() -> None:
    y = torch.rand(2, 6, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    gain, background = torch.tensor([0.1, 0.5], dtype=torch.float64), torch.tensor([0.2, 0.4], dtype=torch.float64)
    f = PoissonLikelihood(SENSOR, y, gain, background)
    constant = f.lipschitz(X)
    assert constant is not None
    exact = torch.linalg.matrix_norm(MATRIX, 2) ** 2 * y.amax(1) / (gain * background**2)
    torch.testing.assert_close(constant, exact)

    def curvature(x: torch.Tensor) -> torch.Tensor:
        hessian = torch.autograd.functional.hessian(lambda point: f(point).sum(), x).reshape(2, 4, 2, 4)
        return torch.stack([torch.linalg.eigvalsh(hessian[i, :, i])[-1] for i in range(2)])

    assert bool((curvature(X) <= constant).all())
    # At zero, with the same count everywhere, it is reached.
    flat = PoissonLikelihood(SENSOR, torch.ones_like(y), gain, background)
    f = flat
    torch.testing.assert_close(curvature(torch.zeros_like(X)), flat.lipschitz(X))


def test_capabilities() -> None:
    y = torch.ones(1, 1, 2, 2)
    blur = BlurFFT(torch.ones(2, 2) / 4)
    kinds = {
        "without": PoissonLikelihood(blur, y),
        "with": PoissonLikelihood(blur, y, background=0.1),
        "pixels": PoissonLikelihood(Denoising(), y, background=0.1),
        "pixels without": PoissonLikelihood(Denoising(), y),
    }
    assert {name for name, f in kinds.items() if f.lipschitz(y) is not None} == {"with", "pixels"}
    assert {name for name, f in kinds.items() if isinstance(f, Proximable)} == {"pixels", "pixels without"}
    image = torch.full((1, 1, 2, 2), 0.1)
    assert PoissonLikelihood(blur, y, background=image).lipschitz(y) is not None
    assert PoissonLikelihood(blur, y, background=image * 0).lipschitz(y) is None


def test_fista_takes_its_step_from_the_background() -> None:
    truth, sensor = X[:1], CompressedSensing(torch.eye(4) + 0.1 * MATRIX[:4], (1, 2, 2))
    y = sensor(truth) + 0.5
    model = Variational(FISTA(), None, partial(PoissonLikelihood, background=0.5), max_steps=1000, tol=1e-10)
    torch.testing.assert_close(model(y, sensor), truth, rtol=1e-4, atol=1e-5)  # no noise: the truth is the likeliest


def test_discrepancy_knows_the_background() -> None:
    rng = torch.Generator().manual_seed(0)
    x = torch.rand(2, 1, 40, 40, generator=rng) + 1
    for physics in (Denoising(PoissonNoise(0.05, background=0.5)), stack(Denoising(PoissonNoise(0.05, 0.5)))):
        f = likelihood(physics, physics(x, rng))
        torch.testing.assert_close(f.discrepancy(x), torch.ones(2), rtol=0.1, atol=0)  # type: ignore[attr-defined]


def test_photons_without_phase() -> None:
    physics = PhaseRetrieval(SENSOR)
    f = PoissonLikelihood(physics, physics.A(X), background=0.1)
    torch.testing.assert_close(f.grad(X), torch.autograd.functional.jacobian(lambda x: f(x).sum(), X))


def test_every_sensor_of_a_stack_gets_the_noise() -> None:
    y = (torch.ones(2, 1, 2, 2).double(), torch.ones(2, 6).double())
    f = PoissonLikelihood(stack(Denoising(), SENSOR), y)
    torch.testing.assert_close(f(X), PoissonLikelihood(Denoising(), y[0])(X) + PoissonLikelihood(SENSOR, y[1])(X))
