import numpy as np
import scipy
import torch

from preimage.optim import PDHG, LogPoissonLikelihood, Variational
from preimage.physics import CompressedSensing, Denoising, GaussianNoise, stack

MATRIX = torch.rand(6, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
SENSOR = CompressedSensing(MATRIX, (1, 2, 2), GaussianNoise(0.3))
X = torch.rand(2, 1, 2, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64) + 0.1


def test_values_are_scipys() -> None:
    counts = torch.tensor([[3.0, 1.0, 70.0, 1.0, 20.0, 5.0]], dtype=torch.float64).expand(2, 6)
    f = LogPoissonLikelihood(SENSOR, -(counts / 50).log() / 0.7, photons=50.0, attenuation=0.7)
    rates = 50 * (-0.7 * X.flatten(1) @ MATRIX.mT).exp()
    exact = -scipy.stats.poisson(rates.numpy()).logpmf(counts.numpy()).sum(1)
    value = f(X).numpy()
    np.testing.assert_allclose(value[1] - value[0], exact[1] - exact[0], rtol=1e-12)


def test_every_sensor_of_a_stack_gets_the_noise() -> None:
    y = (torch.ones(2, 1, 2, 2).double(), torch.ones(2, 6).double())
    f = LogPoissonLikelihood(stack(Denoising(), SENSOR), y)
    torch.testing.assert_close(f(X), LogPoissonLikelihood(Denoising(), y[0])(X) + LogPoissonLikelihood(SENSOR, y[1])(X))


def test_a_primal_dual_method_reads_the_line_integrals() -> None:
    # Without noise the truth has the largest likelihood: its counts are what is expected.
    sensor = CompressedSensing(torch.eye(4) + 0.1 * MATRIX[:4], (1, 2, 2))

    def fidelity(physics, y):
        return LogPoissonLikelihood(physics, y, photons=4.0, attenuation=0.7)

    found = Variational(PDHG(), None, fidelity, max_steps=2000, tol=1e-9)(sensor.A(X), sensor)
    torch.testing.assert_close(found, X, atol=1e-6, rtol=0)
