import torch

from preimage.fidelity import likelihood
from preimage.optim import PDHG, SPDHG, Variational
from preimage.optim.algorithm.subsets import draw_term
from tests.optim.problems import ridge, stacked


def test_steps_are_the_formula():
    p = stacked(ridge)
    f, x = likelihood(p.physics, p.y), torch.rand(3, 1, 1, 8, generator=torch.Generator().manual_seed(0)).double()
    algorithm = SPDHG(step_size=0.01, dual_step_size=(0.1, 0.2, 0.3), seed=5)
    state = algorithm.init(x)
    matrices, sizes = [sensor.matrix for sensor in p.physics.operators], (0.1, 0.2, 0.3)
    flat, z = x.flatten(1), torch.zeros(3, 8).double()
    duals = [torch.zeros_like(y) for y in p.y]
    for k in range(6):
        state = algorithm.step(f, p.prior, state)
        flat = (flat - 0.01 * z) / 1.02
        j = draw_term(5, k, 3)
        # prox of s h* with h(z) = ||z - y||^2 / (2 * 0.25): (v - s y) / (1 + 0.25 s)
        new = (duals[j] + sizes[j] * (flat @ matrices[j].mT - p.y[j])) / (1 + 0.25 * sizes[j])
        change, duals[j] = (new - duals[j]) @ matrices[j], new
        z = sum(u @ a for u, a in zip(duals, matrices, strict=True)) + 3 * change
        torch.testing.assert_close(state.x.flatten(1), flat)
        torch.testing.assert_close(state.z.flatten(1), z)


def test_the_default_steps_keep_the_condition_of_convergence():
    p = stacked(ridge)
    ready = SPDHG().prepare(likelihood(p.physics, p.y), p.prior, p.minimiser)
    for s, sensor in zip(ready.dual_step_size, p.physics.operators, strict=True):
        product = torch.as_tensor(ready.step_size) * s * torch.linalg.matrix_norm(sensor.matrix, 2) ** 2
        torch.testing.assert_close(product, torch.full((3,), 0.33).double(), rtol=1e-3, atol=0)


def test_it_is_ahead_of_pdhg_at_equal_cost():
    # Three steps with a third of the rows each cost one step with all.
    p = stacked()
    fast, slow = (
        (Variational(a, p.prior, max_steps=n, tol=None)(p.y, p.physics) - p.minimiser).norm()
        for a, n in ((SPDHG(), 120), (PDHG(), 40))
    )
    assert fast < 0.7 * slow
