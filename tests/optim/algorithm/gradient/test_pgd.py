import torch

from preimage.optim import PGD
from tests.optim.algorithm.quadratics import SIGMA, T, X, minimiser, prior_prox, slope, terms


def test_a_step_is_a_gradient_step_then_a_prox() -> None:
    f, g = terms()
    torch.testing.assert_close(PGD(T).step(f, g, PGD(T).init(X)).x, prior_prox(X - T * slope(X)))


def test_the_minimiser_stays_and_the_default_step_goes_there() -> None:
    f, g = terms()
    ready = PGD().prepare(f, g, X)
    torch.testing.assert_close(torch.as_tensor(ready.step_size), torch.tensor([SIGMA**2]).double())
    torch.testing.assert_close(ready.step(f, g, ready.init(X)).x, minimiser())
    torch.testing.assert_close(PGD(T).step(f, g, PGD(T).init(minimiser())).x, minimiser())
