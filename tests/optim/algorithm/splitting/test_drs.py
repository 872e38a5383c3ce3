import torch

from preimage.optim import DRS
from tests.optim.algorithm.quadratics import WEIGHT, T, X, data_prox, minimiser, prior_prox, terms


def test_a_relaxed_step_is_the_formula() -> None:
    f, g = terms()
    algorithm = DRS(T, relaxation=1.5)
    state = algorithm.step(f, g, algorithm.init(X))
    x = prior_prox(X)
    torch.testing.assert_close(state.x, x)
    torch.testing.assert_close(state.s, X + 1.5 * (data_prox(2 * x - X) - x))


def test_the_auxiliary_point_of_the_solution_stays() -> None:
    """``s = x + t grad g(x)``, so that its prox is ``x``."""
    f, g = terms()
    start = DRS(T).init((1 + T * WEIGHT) * minimiser())
    after = DRS(T).step(f, g, start)
    torch.testing.assert_close(after.x, minimiser())
    torch.testing.assert_close(after.s, start.s)
