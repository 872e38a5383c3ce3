import dataclasses

import torch

from preimage.optim import ADMM
from tests.optim.algorithm.quadratics import WEIGHT, T, U, X, data_prox, minimiser, prior_prox, terms


def test_a_step_is_the_formula() -> None:
    f, g = terms()
    state = ADMM(T).step(f, g, dataclasses.replace(ADMM(T).init(X), u=U))
    v = data_prox(X - U)
    torch.testing.assert_close(state.x, prior_prox(v + U))
    torch.testing.assert_close(state.u, U + v - state.x)


def test_the_solution_with_its_multiplier_stays() -> None:
    """``u = t grad g(x)`` at the minimiser; the estimate alone would stay for a moment with another ``u``."""
    f, g = terms()
    x = minimiser()
    start = dataclasses.replace(ADMM(T).init(x), u=T * WEIGHT * x)
    after = ADMM(T).step(f, g, start)
    torch.testing.assert_close(after.x, x)
    torch.testing.assert_close(after.u, start.u)
    assert float(ADMM(T).residual(start, after).max()) < 1e-12
    moved = dataclasses.replace(start, u=start.u + 0.1)
    assert float(ADMM(T).residual(start, moved).min()) > 0.01
