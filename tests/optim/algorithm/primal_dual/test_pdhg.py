import pytest
import torch

from preimage.fidelity import likelihood
from preimage.optim import PDHG, Variational
from preimage.optim.prior import Box, L1Prior, TVPrior
from preimage.physics import Blur, Denoising, GaussianNoise, Inpainting, PoissonNoise
from preimage.solve import Reason, iterate
from tests.optim.problems import PROBLEMS, counts, lasso, matrix_of


@pytest.mark.parametrize("name", ["lasso", "absolute deviations"])
@pytest.mark.parametrize("share", [0.02, 1.0, 50.0])
def test_the_partial_gap_of_the_averages_keeps_its_bound(name, share):
    # L(X_k, u) - L(x, U_k) <= (||x - x_0||^2 / t + ||u||^2 / s) / (2 k) for all x and u, from u_0 = 0 (Chambolle & Pock
    # 2011, theorem 1), with L(x, u) = <A x, u> - h*(u) + g(x). The worst u and x for the difference are proxes at
    # k s A X_k and x_0 - k t A^T U_k: h* is 1/8 |u|^2 + <u, y> for least squares of deviation 1/2, and <u, y> on
    # |u| <= 1 for absolute deviations.
    p = PROBLEMS[name]()
    quadratic = name == "lasso"
    f = likelihood(p.physics, p.y) if quadratic else p.fidelity(p.physics, p.y)
    matrix, start = matrix_of(p.physics), torch.ones_like(p.minimiser)
    norm = float(torch.linalg.matrix_norm(matrix, 2))
    t, s = share / norm, 1 / (share * norm)

    def lagrangian(x: torch.Tensor, u: torch.Tensor) -> torch.Tensor:
        conjugate = (u * p.y).sum(1) + (u.square().sum(1) / 8 if quadratic else 0)
        return (x.flatten(1) @ matrix.mT * u).sum(1) - conjugate + p.prior(x)

    algorithm = PDHG(step_size=t, dual_step_size=s).prepare(f, p.prior, start)
    state = algorithm.init(start)
    total_x, total_u = torch.zeros_like(start), torch.zeros_like(p.y)
    for k in range(1, 201):
        state = algorithm.step(f, p.prior, state)
        total_x, total_u = total_x + state.x, total_u + state.u[0]
        if k > 20 and k % 20:
            continue
        mean_x, mean_u = total_x / k, total_u / k
        v = k * s * (mean_x.flatten(1) @ matrix.mT - p.y)
        u = v / (1 + k * s / 4) if quadratic else v.clamp(-1, 1)
        x = p.prior.prox(start - k * t * (mean_u @ matrix)[:, None, None, :], k * t)
        gap = lagrangian(mean_x, u) - lagrangian(x, mean_u)
        bound = ((x - start).square().flatten(1).sum(1) / t + u.square().sum(1) / s) / (2 * k)
        assert bool((gap <= bound + 1e-9 * bound.abs().clamp_min(1)).all())


@pytest.mark.parametrize(("noise", "weight"), [(GaussianNoise(0.1), 2.0), (PoissonNoise(0.05), 5.0)])
def test_every_way_to_split_one_problem_has_the_same_solution(noise, weight, rng):
    # f + TV + non-negativity on a blur: both in the dual; and the prior in place of the data term.
    physics = Blur(torch.tensor([[0.2, 0.6, 0.2]]).double(), "replicate", noise=noise)
    y = physics(torch.rand(2, 1, 4, 4, generator=rng).double(), rng=rng)
    f, prior = likelihood(physics, y), TVPrior(torch.tensor([weight, 2 * weight]).double())
    found = []
    for first, second in ((f, prior), (prior, f)):
        algorithm = PDHG(constraint=Box(0.0, None)).prepare(first, second, y)
        solution = iterate(
            lambda state, a=algorithm, h=first, g=second: a.step(h, g, state),
            algorithm.init(y),
            3000,
            1e-7,
            residual=algorithm.residual,
        )
        assert bool(solution.converged.all())
        found.append(solution.x)
    torch.testing.assert_close(found[0], found[1], atol=1e-5, rtol=0)
    objective = f(found[0]) + prior(found[0])
    for _ in range(50):
        other = (found[0] + 0.01 * torch.randn(y.shape, generator=rng).double()).clamp_min(0)
        assert bool((f(other) + prior(other) >= objective - 1e-9).all())


def test_a_data_term_that_cannot_be_taken_apart_is_met_by_its_prox(rng):
    y = torch.rand(2, 1, 4, 4, generator=rng).double()

    class Distance(Box):
        """``1/2 ||x - y||^2``, with nothing but a prox."""

        def forward(self, x):
            return 0.5 * (x - y).square().flatten(1).sum(1)

        def prox(self, x, step):
            step = torch.as_tensor(step).reshape(-1, 1, 1, 1)
            return (x + step * y) / (1 + step)

    prior = TVPrior(0.3, tol=1e-11)
    by_prox = Variational(PDHG(), prior, lambda physics, data: Distance(), max_steps=5000, tol=1e-7)
    physics = Denoising(GaussianNoise(1.0))
    torch.testing.assert_close(by_prox(y, physics), prior.prox(y, 1.0), atol=1e-5, rtol=0)


def test_step_sizes_follow_from_the_norms_and_share_them():
    p = counts()
    f, x = likelihood(p.physics, p.y), p.minimiser
    norm = torch.linalg.matrix_norm(matrix_of(p.physics), 2)
    prior = TVPrior(0.1)
    for given in ({}, {"step_size": 0.3}, {"dual_step_size": (0.2, 0.1)}, {"dual_step_size": 0.2}):
        ready = PDHG(**given).prepare(f, prior, x)
        s = ready.dual_step_size if isinstance(ready.dual_step_size, tuple) else (0.2, 0.2)
        share = [torch.as_tensor(ready.step_size * a * b) for a, b in zip(s, (norm**2, 8), strict=True)]
        torch.testing.assert_close((share[0] + share[1]).expand(3), torch.ones(3).double(), rtol=1e-4, atol=0)
        if "dual_step_size" not in given:
            torch.testing.assert_close(share[0].expand(3), share[1].expand(3), rtol=1e-4, atol=0)
    # Around A x = y the Hessian of the counts is about A^T A / (gain y).
    t = torch.as_tensor(PDHG().prepare(f, prior, x).step_size)
    torch.testing.assert_close(t, 0.001 * p.y.mean(1) / norm**2, rtol=1e-4, atol=0)


def edge(heights):
    """Images (B, 1, 6, 10) that are zero on the left half, a height on the right."""
    x = torch.zeros(len(heights), 1, 6, 10).double()
    x[..., 5:] = torch.tensor(heights).double().reshape(-1, 1, 1, 1)
    return x


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e4])
@pytest.mark.parametrize("sigma", [0.01, 1.0])
def test_the_step_beside_a_closed_prox_balances_the_scales(scale, sigma):
    # The gradient of an edge is one pixel wide, 6 high: a subgradient of weight * TV has the norm weight * sqrt(6). All
    # of the 60 pixels are half the height away from the mean.
    x, weight = scale * edge([1.0, 3.0]), torch.tensor([2.0, 5.0]).double()
    f = likelihood(Denoising(GaussianNoise(sigma)), x)
    ready = PDHG().prepare(f, TVPrior(weight), x)
    expected = scale * torch.tensor([1.0, 3.0]).double() / 2 * 60**0.5 / (10 * 8**0.5 * weight * 6**0.5)
    torch.testing.assert_close(torch.as_tensor(ready.step_size), expected, rtol=1e-6, atol=0)
    assert isinstance(ready.dual_step_size, tuple)
    torch.testing.assert_close(
        torch.as_tensor(ready.dual_step_size[0]) * expected * 8, torch.ones(2).double(), rtol=1e-6, atol=0
    )
    flat = PDHG().prepare(f, TVPrior(weight), torch.ones_like(x))
    torch.testing.assert_close(flat.step_size, torch.full((2,), 10 * sigma**2).double())


def test_a_closed_prox_is_taken_unless_there_is_a_constraint():
    x, prior = edge([1.0]), TVPrior(0.1)
    closed, open_ = Denoising(GaussianNoise(0.1)), Blur(torch.ones(1, 3).double() / 3, noise=GaussianNoise(0.1))
    for physics, constraint, count in ((closed, None, 1), (closed, Box(0.0, None), 2), (open_, None, 2)):
        f = likelihood(physics, physics.A(x))
        algorithm = PDHG(constraint=constraint).prepare(f, prior, x)
        assert len(algorithm.step(f, prior, algorithm.init(x)).u or ()) == count


def test_data_that_fit_exactly_do_not_keep_it_from_stopping():
    # The dual variable tends to zero, and so would its relative change not.
    p = lasso()
    y = p.physics.A(p.minimiser)
    solution = Variational(PDHG(), None, max_steps=5000, tol=1e-8).solve(y, p.physics)
    assert bool(solution.converged.all())
    torch.testing.assert_close(p.physics.A(solution.x), y, rtol=0, atol=1e-6)


def test_a_failed_first_step_leaves_the_start():
    y = torch.tensor([1.0, torch.nan]).reshape(2, 1, 1, 1)
    model = Variational(PDHG(), L1Prior(0.1), init=lambda y, physics: torch.ones_like(y), max_steps=5)
    solution = model.solve(y, Denoising(GaussianNoise(1.0)))
    assert solution.reason[1] == Reason("diverged", 1)
    assert bool(solution.x.isfinite().all())


def test_complex_images(rng):
    y = torch.randn(2, 1, 4, 4, generator=rng, dtype=torch.complex128)
    mask = torch.rand(4, 4, generator=rng) > 0.3
    x = Variational(PDHG(), L1Prior(0.5), max_steps=3000, tol=1e-9)(y * mask, Inpainting(mask, GaussianNoise(1.0)))
    expected = mask * y * (1 - 0.5 / y.abs()).clamp_min(0)
    torch.testing.assert_close(x, expected, atol=1e-6, rtol=0)
