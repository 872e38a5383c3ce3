import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.optim import L1Prior
from preimage.sampling import MYULA
from tests.sampling.mcmc.problem import LEVEL, WEIGHT, Y, moments, run


def test_it_samples_the_envelope_of_the_prior() -> None:
    """That of ``w / 2 x^2`` is ``w / (2 (1 + s w)) x^2``."""
    smoothing, step = 0.05, 0.01
    precision = 1 / LEVEL**2 + WEIGHT / (1 + smoothing * WEIGHT)
    mean, variance = moments(run(MYULA(smoothing, step), 100, 4))
    torch.testing.assert_close(mean, Y[:, 0, 0, 0] / LEVEL**2 / precision, rtol=0, atol=0.01)
    assert float(variance) == pytest.approx(1 / precision / (1 - step * precision / 2), rel=0.03)


def test_it_shrinks_towards_zero_as_the_laplace_prior_does() -> None:
    """The posterior mean of ``N(y; x, s^2) exp(-w |x|)``, by a sum over a grid."""
    weight = 3.0
    x = torch.linspace(-6, 6, 4001)
    density = (-((x - 1.0) ** 2) / (2 * LEVEL**2) - weight * x.abs()).softmax(0)
    mean, _ = moments(run(MYULA(0.01, 0.005), 100, 5, L1Prior(weight), burn_in=400))
    assert float(mean[0]) == pytest.approx(float((density * x).sum()), abs=0.02)


def test_a_prior_without_a_prox_is_refused() -> None:
    with pytest.raises(CapabilityError, match="the prior must be Proximable for MYULA"):
        run(MYULA(), prior=torch.nn.Identity())
    with pytest.raises(ArgumentError, match="`smoothing`"):
        MYULA(0.0)
