import numpy as np
import pytest
import scipy.optimize
import torch

from preimage.functional import Proximable
from preimage.optim import L1, LogPoissonLikelihood, PoissonLikelihood
from preimage.physics import Decolorize, Demosaicing, LinearPhysics

OPERATORS = [Demosaicing("GRBG"), Decolorize(), Decolorize(torch.tensor([[0.2, 0.5, 0.1], [1.0, 2.0, 3.0]]))]


def images(seed: int, channels: int = 3) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(2, channels, 2, 4, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("physics", OPERATORS)
def test_the_gram_matrix_is_a_multiple_of_the_identity(physics: LinearPhysics) -> None:
    y = images(0, 1)
    torch.testing.assert_close(physics.A(physics.A_adjoint(y)), physics.outer_diagonal(y).s * y)


def test_least_absolute_deviations_on_the_line_it_moves_along() -> None:
    # min step |<w, u> - y| / scale + 1/2 ||u - x||^2 for one pixel moves x along w only.
    weights, x, y = np.array([0.2, 0.5, 0.1]), images(1), images(2, 1)
    f = L1(Decolorize(weights.tolist()), y, scale=0.5)
    assert isinstance(f, Proximable)
    found = f.prox(x, 0.3)
    for b, i, j in np.ndindex(2, 2, 4):
        start, data = x[b, :, i, j].numpy(), y[b, 0, i, j].item()

        def objective(p: float, start: np.ndarray = start, data: float = data) -> float:
            u = start - p * weights
            return 0.3 * abs(weights @ u - data) / 0.5 + ((u - start) ** 2).sum() / 2

        best = scipy.optimize.minimize_scalar(objective, bounds=(-0.6, 0.6), method="bounded", options={"xatol": 1e-12})
        np.testing.assert_allclose(found[b, :, i, j].numpy(), start - best.x * weights, atol=1e-6)


@pytest.mark.parametrize("physics", OPERATORS)
@pytest.mark.parametrize("factory", [PoissonLikelihood, LogPoissonLikelihood])
def test_the_condition_of_a_proximal_point(physics: LinearPhysics, factory) -> None:
    f = factory(physics, images(2, 1).abs() + 0.1)
    step = torch.tensor([0.01, 0.5], dtype=torch.float64)
    x = images(1)
    u = f.prox(x, step)
    torch.testing.assert_close(u + step.reshape(2, 1, 1, 1) * f.grad(u), x)


def test_capabilities() -> None:
    y = torch.ones(1, 1, 2, 2)
    assert isinstance(PoissonLikelihood(Demosaicing(), y), Proximable)
    assert PoissonLikelihood(Demosaicing(), y).lipschitz(torch.ones(1, 3, 2, 2)) is None
    both = PoissonLikelihood(Demosaicing(), y, background=2.0)
    assert isinstance(both, Proximable)
    constant = both.lipschitz(torch.ones(1, 3, 2, 2))
    assert constant is not None
    assert constant.tolist() == [0.25]
