import torch

from preimage.functional import Zero
from preimage.optim import GD
from tests.optim.algorithm.quadratics import SIGMA, WEIGHT, T, X, minimiser, slope, terms


def test_a_step_goes_against_both_gradients() -> None:
    f, g = terms()
    state = GD(T).step(f, g, GD(T).init(X))
    torch.testing.assert_close(state.x, X - T * (slope(X) + WEIGHT * X))
    assert state.k == 1
    assert GD().split(f, g)[0] == (f, g)
    assert isinstance(GD().split(f, g)[1], Zero)


def test_the_default_step_solves_a_round_quadratic_at_once() -> None:
    f, g = terms()
    ready = GD().prepare(f, g, X)
    torch.testing.assert_close(torch.as_tensor(ready.step_size), torch.tensor([1 / (1 / SIGMA**2 + WEIGHT)]).double())
    torch.testing.assert_close(ready.step(f, g, ready.init(X)).x, minimiser())
