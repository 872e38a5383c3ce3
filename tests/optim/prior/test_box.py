import pytest
import torch

from preimage.errors import ArgumentError
from preimage.optim import PGD, Box, Variational
from tests.example import LEVELS, Example
from tests.optim.problems import box

EXAMPLES = {
    Box: [
        Example(lambda: Box(0.2, LEVELS + 0.4)),
        Example(lambda: Box(None, 0.5)),
        Example(lambda: Box(0.3, None)),
    ],
}


def test_value_prox_and_conjugate_by_hand() -> None:
    x = torch.tensor([[0.2, 0.7], [-0.1, 1.5]]).reshape(2, 1, 1, 2)
    assert Box()(x).tolist() == [0, torch.inf]
    assert Box(None, 1.5)(x).tolist() == [0, 0]
    assert Box(0.0, torch.tensor([0.5, 2.0]))(x).tolist() == [torch.inf, torch.inf]
    assert Box().prox(x, 0.3).flatten().tolist() == pytest.approx([0.2, 0.7, 0, 1])
    assert Box(0.3, None).prox(x, 0.3).flatten().tolist() == pytest.approx([0.3, 0.7, 0.3, 1.5])
    # sup over [-1, 2] of z x is 2 z where z > 0, else -z.
    z = torch.tensor([[3.0, -4.0], [0.0, 1.0]]).reshape(2, 1, 1, 2)
    assert Box(-1.0, 2.0).conjugate(z).tolist() == [10, 2]
    assert Box(None, 2.0).conjugate(z).tolist() == [torch.inf, 2]
    assert Box(None, 2.0).into_domain(z).tolist() == [0, 1]
    assert Box(-1.0, None).conjugate(-z).tolist() == [torch.inf, 1]


def test_moreau(rng: torch.Generator) -> None:
    # z = (x - prox(x)) is a subgradient at the prox: g(u) + g*(z) = <u, z>.
    prior, x = Box(-0.2, 0.6), torch.randn(3, 2, 4, 5, generator=rng, dtype=torch.float64)
    u = prior.prox(x, 1.0)
    z = x - u
    torch.testing.assert_close(prior(u) + prior.conjugate(z), (u * z).flatten(1).sum(1))
    assert bool(((x * z).flatten(1).sum(1) <= prior(x) + prior.conjugate(z)).all())


def test_bounded_least_squares_of_scipy() -> None:
    problem = box()
    model = Variational(PGD(), Box(0.0, 0.5), max_steps=5000, tol=1e-12)
    torch.testing.assert_close(model(problem.y, problem.physics), problem.minimiser, atol=1e-6, rtol=0)


def test_bounds_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ArgumentError, match="`low`"):
        Box(1.0, 0.0)
