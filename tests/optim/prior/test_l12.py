import numpy as np
import pytest
import torch
from scipy.optimize import minimize

from preimage.optim import L12Prior
from tests.example import LEVELS, Example

EXAMPLES = {
    L12Prior: [
        Example(lambda: L12Prior(LEVELS), complex=True),
        Example(lambda: L12Prior(0.1, axis=-1), shape=(2, 1, 4, 3, 5)),
    ],
}


def test_by_hand() -> None:
    x = torch.tensor([[3.0, 0.0], [-4.0, 0.6]]).reshape(1, 2, 1, 2)
    assert L12Prior(2.0)(x).item() == pytest.approx(2 * (5 + 0.6))
    assert L12Prior(2.0).prox(x, 0.5).flatten().tolist() == pytest.approx([2.4, 0, -3.2, 0])
    assert L12Prior(1.0, axis=-1)(x).item() == pytest.approx(3 + (16 + 0.36) ** 0.5)
    assert L12Prior(1.0)(torch.complex(x, x)).item() == pytest.approx(2**0.5 * 5.6)


@pytest.mark.parametrize("axis", [1, 2, -1])
def test_prox_against_a_minimiser_that_knows_nothing_of_groups(axis: int, rng: torch.Generator) -> None:
    x = torch.randn(1, 2, 2, 3, generator=rng, dtype=torch.float64)

    # |v| = min over a > 0 of (|v|^2 / a + a) / 2: an objective for a quasi-Newton method in (u, log a).
    def objective(flat: np.ndarray) -> tuple[float, np.ndarray]:
        point = torch.from_numpy(flat).requires_grad_()
        u = point[:12].reshape(x.shape)
        power = u.square().sum(axis).flatten()
        a = point[12:].exp()
        value = 0.5 * (u - x).square().sum() + 0.35 * (power / a + a).sum()
        value.backward()
        assert point.grad is not None
        return value.item(), point.grad.numpy()

    start = np.concatenate([x.flatten().numpy(), np.zeros(12 // x.shape[axis])])
    found = minimize(objective, start, jac=True, method="L-BFGS-B", options={"maxiter": 20000, "ftol": 1e-15})
    u = L12Prior(0.7, axis).prox(x, 1.0)
    torch.testing.assert_close(u.flatten(), torch.from_numpy(found.x[:12]), atol=1e-3, rtol=0)


@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_moreau(dtype: torch.dtype, rng: torch.Generator) -> None:
    # x = prox_{t g}(x) + t prox_{g* / t}(x / t), with the projection onto the balls of radius `weight`.
    x = torch.randn(3, 4, 5, 6, generator=rng, dtype=dtype)
    prior, t = L12Prior(torch.tensor([0.3, 0.7, 5.0], dtype=torch.float64)), 0.4
    length = torch.linalg.vector_norm(x / t, dim=1, keepdim=True)
    radius = prior.weight.reshape(3, 1, 1, 1)
    z = (x - prior.prox(x, t)) / t
    torch.testing.assert_close(z, x / t * (radius / length).clamp_max(1))
    assert prior.conjugate(z).tolist() == [0, 0, 0]
    assert prior.conjugate(1.01 * x / t).tolist() == [torch.inf, torch.inf, torch.inf]
    inside = prior.into_domain(x / t).reshape(3, 1, 1, 1) * x / t
    assert prior.conjugate(inside).tolist() == [0, 0, 0]
    assert prior.conjugate(1.001 * inside).tolist() == [torch.inf, torch.inf, torch.inf]


def test_gradients_at_zero_are_finite() -> None:
    x = torch.zeros(1, 3, 2, 2, requires_grad=True)
    weight = torch.nn.Parameter(torch.tensor(0.1))
    (L12Prior(weight).prox(x, 1.0).square().sum() + L12Prior(weight)(x).sum()).backward()
    assert x.grad is not None
    assert bool(x.grad.isfinite().all())
