import torch

from preimage.optim import FISTA
from tests.optim.algorithm.quadratics import T, X, prior_prox, slope, terms


def test_steps_start_from_the_extrapolated_point() -> None:
    f, g = terms()
    algorithm = FISTA(T)
    state = algorithm.init(X)
    before, z, a = X, X, 1.0
    for _ in range(4):
        x = prior_prox(z - T * slope(z))
        following = (1 + (1 + 4 * a**2) ** 0.5) / 2
        z, a, before = x + (a - 1) / following * (x - before), following, x
        state = algorithm.step(f, g, state)
        torch.testing.assert_close(state.x, x)
        torch.testing.assert_close(algorithm.point(state), z)
        torch.testing.assert_close(state.a, torch.full((3,), a).double())
    assert not algorithm.is_stationary
