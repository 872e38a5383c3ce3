import torch

from preimage.optim import HQS, LogSchedule
from tests.optim.algorithm.quadratics import T, X, data_prox, prior_prox, terms


def test_both_proxes_in_turn_with_the_step_of_the_moment() -> None:
    f, g = terms()
    state = HQS(T).step(f, g, HQS(T).init(X))
    torch.testing.assert_close(state.x, prior_prox(data_prox(X)))
    fading = HQS(LogSchedule(T, T / 100, 3)).step(f, g, state)
    torch.testing.assert_close(fading.x, prior_prox(data_prox(state.x, T / 10), T / 10))


def test_nothing_is_to_be_prepared() -> None:
    assert HQS(T).prepare(*terms(), X) == HQS(T)
