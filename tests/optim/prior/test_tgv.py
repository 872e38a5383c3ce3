import numpy as np
import pytest
import torch
from scipy.optimize import linprog
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.optim import TGVPrior, TVPrior
from tests.example import LEVELS, Example

EXAMPLES = {
    TGVPrior: [Example(lambda: TGVPrior(LEVELS, tol=0.3), shape=(2, 1, 2, 2), tol=0.3)],
}


def dense(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """``G`` (2, N, N) and ``E`` (3, N, 2N), pixel by pixel from their definition; rows that do not exist are zero."""
    count = height * width
    at = np.arange(count).reshape(height, width)
    first, second = np.zeros((2, count, count)), np.zeros((3, count, 2, count))
    for i in range(height):
        for j in range(width):
            here = at[i, j]
            if i + 1 < height:
                first[0, here, at[i + 1, j]], first[0, here, here] = 1, -1
            if j + 1 < width:
                first[1, here, at[i, j + 1]], first[1, here, here] = 1, -1
            if 0 < i < height - 1:
                second[0, here, 0, here], second[0, here, 0, at[i - 1, j]] = 1, -1
            if 0 < j < width - 1:
                second[1, here, 1, here], second[1, here, 1, at[i, j - 1]] = 1, -1
            if i + 1 < height and j + 1 < width:
                second[2, here, 0, at[i, j + 1]], second[2, here, 0, here] = 0.5**0.5, -(0.5**0.5)
                second[2, here, 1, at[i + 1, j]], second[2, here, 1, here] = 0.5**0.5, -(0.5**0.5)
    return first, second.reshape(3, count, 2 * count)


def long_primal_dual(x: np.ndarray, weight: float, ratio: float, steps: int = 10000) -> np.ndarray:
    """Chambolle and Pock's algorithm 1 with dense matrices on ``(u, w)``, run for very long."""
    count = x.size
    g, e = dense(*x.shape)
    exists = (np.abs(g).sum(2) > 0).reshape(-1)  # w has no component where there is no difference
    k = np.block(
        [
            [g.reshape(2 * count, count), -np.diag(exists.astype(float))],
            [np.zeros((3 * count, count)), e.reshape(3 * count, -1)],
        ]
    )
    t = 0.99 / np.linalg.norm(k, 2)
    z, dual = np.zeros(3 * count), np.zeros(5 * count)
    z[:count] = x.ravel()
    ahead = z.copy()
    for _ in range(steps):
        dual = dual + t * k @ ahead
        p, q = dual[: 2 * count].reshape(2, -1), dual[2 * count :].reshape(3, -1)
        p = p / np.maximum(1, np.linalg.norm(p, axis=0) / weight)
        q = q / np.maximum(1, np.linalg.norm(q, axis=0) / (weight * ratio))
        dual = np.concatenate([p.ravel(), q.ravel()])
        new = z - t * k.T @ dual
        new[:count] = (new[:count] + t * x.ravel()) / (1 + t)
        ahead, z = 2 * new - z, new
    return z[:count].reshape(x.shape)


def ramp(*shape: int) -> Tensor:
    rows, columns = torch.arange(float(shape[-2])).double(), torch.arange(float(shape[-1])).double()
    return (0.03 * rows[:, None] - 0.05 * columns + 0.2).expand(shape).clone()


@pytest.mark.parametrize("shape", [(5, 4), (1, 9), (7, 1), (2, 2)])
def test_prox_against_dense_matrices(shape: tuple[int, int], rng: torch.Generator) -> None:
    x = torch.rand(1, 1, *shape, generator=rng, dtype=torch.float64)
    expected = long_primal_dual(x[0, 0].numpy(), 0.15, 1.5)
    u = TGVPrior(0.3, 1.5, tol=1e-8, max_steps=50000).prox(x, 0.5)
    torch.testing.assert_close(u[0, 0], torch.from_numpy(expected), atol=2e-4, rtol=0)


@pytest.mark.parametrize("ratio", [0.7, 2.0])
def test_value_of_a_signal_by_linear_programming(ratio: float, rng: torch.Generator) -> None:
    n = 10
    x = torch.rand(1, 1, 1, n, generator=rng, dtype=torch.float64)
    # min sum a + ratio sum b with -a <= D x - w <= a and -b <= D w <= b, unknowns (w, a, b).
    slope = np.diff(x.flatten().numpy())
    d = np.diff(np.eye(n - 1), axis=0)
    eye, ones = np.eye(n - 1), np.eye(n - 2)
    zero_b, zero_a = np.zeros((n - 1, n - 2)), np.zeros((n - 2, n - 1))
    upper = np.block([[-eye, -eye, zero_b], [eye, -eye, zero_b], [d, zero_a, -ones], [-d, zero_a, -ones]])
    right = np.concatenate([-slope, slope, np.zeros(2 * (n - 2))])
    cost = np.concatenate([np.zeros(n - 1), np.ones(n - 1), np.full(n - 2, ratio)])
    least = linprog(cost, upper, right, bounds=[(None, None)] * (n - 1) + [(0, None)] * (2 * n - 3)).fun
    value = TGVPrior(1.0, ratio, tol=1e-3, max_steps=20000)(x).item()
    assert least * (1 - 1e-9) <= value <= least * (1 + 1.1e-3)


def test_affine_images_cost_nothing_and_stay() -> None:
    x = ramp(2, 1, 9, 8)
    assert TGVPrior(1.0)(x).max() < 1e-12
    assert TVPrior(1.0)(x).min() > 1
    torch.testing.assert_close(TGVPrior(0.5).prox(x, 1.0), x)
    volume = x[:, :, None] + torch.arange(3.0).double()[:, None, None]
    assert TGVPrior(1.0)(volume).max() < 1e-12


def test_a_noisy_ramp_stays_a_ramp_where_tv_makes_stairs(rng: torch.Generator) -> None:
    x = ramp(1, 1, 16, 16)
    y = x + 0.05 * torch.randn(x.shape, generator=rng, dtype=x.dtype)
    by_tgv, by_tv = TGVPrior(0.2, tol=1e-4).prox(y, 1.0), TVPrior(0.2).prox(y, 1.0)
    assert (by_tgv - x).square().mean() < 0.5 * (by_tv - x).square().mean()


def test_at_most_the_total_variation_and_close_to_it_for_pieces(rng: torch.Generator) -> None:
    x = torch.rand(3, 2, 6, 5, generator=rng, dtype=torch.float64)
    for coupled in (False, True):
        assert bool((TGVPrior(1.0, coupled=coupled)(x) <= TVPrior(1.0, coupled)(x) * (1 + 1e-3)).all())
    step = torch.zeros(1, 1, 1, 40, dtype=torch.float64)
    step[..., 20:] = 1
    assert TGVPrior(1.0, 2.0)(step).item() == pytest.approx(1, rel=2e-3)


@pytest.mark.parametrize("is_complex", [False, True])
@pytest.mark.parametrize("coupled", [False, True])
def test_the_rest_of_the_prox_is_a_subgradient(is_complex: bool, coupled: bool, rng: torch.Generator) -> None:
    # z = (x - u) / t: <z, u> = g(u), and <z, v> <= g(v) for every v.
    x = torch.randn(2, 2, 6, 5, generator=rng, dtype=torch.complex128 if is_complex else torch.float64)
    prior = TGVPrior(torch.tensor([0.2, 0.4], dtype=torch.float64), coupled=coupled, tol=1e-5, max_steps=20000)
    loose = prior.replace(tol=1e-2)
    u = prior.prox(x, 0.5)
    z = (x - u) / 0.5
    torch.testing.assert_close((z.conj() * u).real.flatten(1).sum(1), prior.replace(tol=1e-3)(u), rtol=5e-3, atol=0)
    v = torch.randn(x.shape, generator=rng, dtype=x.dtype)
    assert bool(((z.conj() * v).real.flatten(1).sum(1) <= loose(v)).all())


def test_every_sample_is_on_its_own(rng: torch.Generator) -> None:
    for shape in ((3, 2, 9, 7), (2, 1, 1, 9), (2, 1, 6, 1), (2, 1, 1, 1)):
        x = torch.rand(shape, generator=rng)
        prior = TGVPrior(0.1, tol=2e-2)
        whole, value = prior.prox(x, 0.5), prior(x)
        assert torch.equal(whole, torch.cat([prior.prox(x[i : i + 1], 0.5) for i in range(len(x))]))
        assert torch.equal(value, torch.cat([prior(x[i : i + 1]) for i in range(len(x))]))
        assert torch.equal(prior.prox(torch.zeros_like(x), 0.5), torch.zeros_like(x))


def test_gradients_against_finite_differences(rng: torch.Generator) -> None:
    x = ramp(1, 1, 8, 7)
    x[..., 3:] += 1
    x = x + 0.1 * torch.randn(x.shape, generator=rng, dtype=x.dtype)
    target = torch.randn(x.shape, generator=rng, dtype=x.dtype)

    def loss(image: Tensor, weight: Tensor) -> Tensor:
        return (TGVPrior(weight, tol=1e-10, max_steps=30000).prox(image, 1.0) - target).square().sum()

    point, weight = x.clone().requires_grad_(), torch.tensor([0.1], dtype=torch.float64, requires_grad=True)
    by_x, by_weight = torch.autograd.grad(loss(point, weight), (point, weight))
    h = 1e-4
    with torch.no_grad():
        slope = (loss(x, weight + h) - loss(x, weight - h)) / (2 * h)
        assert by_weight.item() == pytest.approx(slope.item(), rel=0.05)
        d = torch.randn(x.shape, generator=rng, dtype=x.dtype)
        slope = (loss(x + h * d, weight) - loss(x - h * d, weight)) / (2 * h)
        # Not exact: the lengths are smoothed.
        assert abs((by_x * d).sum().item() - slope.item()) < 0.1 * by_x.norm().item()


def test_gradient_of_the_value(rng: torch.Generator) -> None:
    x = torch.rand(1, 1, 5, 4, generator=rng, dtype=torch.float64, requires_grad=True)
    prior = TGVPrior(0.5, tol=1e-4, max_steps=20000)
    value = prior(x)
    (gradient,) = torch.autograd.grad(value.sum(), x)
    # Homogeneous of degree one, to the accuracy of the gap.
    assert (gradient * x).sum().item() == pytest.approx(value.item(), rel=2e-4)


def test_ratio_is_checked() -> None:
    with pytest.raises(ArgumentError, match="`ratio`"):
        TGVPrior(0.1, 0.0)
