import pytest
import torch
from torch import Tensor

from preimage.errors import CapabilityError
from preimage.functional import AutodiffSmooth, Smooth, Zero, indicator_of_ball
from preimage.optim import PGD, L1Prior
from tests.example import Example

EXAMPLES = {
    Zero: [Example(Zero, complex=True)],
}


def test_zero_has_every_value_in_closed_form() -> None:
    zero, x = Zero(), torch.tensor([[1.0, -2.0], [0.0, 0.0]]).reshape(2, 1, 1, 2)
    assert zero(x).tolist() == [0, 0]
    assert zero.grad(x).tolist() == (0 * x).tolist()
    assert zero.prox(x, 3.0) is x
    assert zero.conjugate(x).tolist() == [torch.inf, 0]
    assert zero.into_domain(x).tolist() == [0, 1]
    assert zero.lipschitz(x).tolist() == [0]


def test_a_ball_forgives_rounding_and_nothing_more() -> None:
    size = torch.tensor([[1.0, 0.5], [1.00001, 0.5], [1.001, 0.5]])
    assert indicator_of_ball(size, 1.0).tolist() == [0, 0, torch.inf]
    assert indicator_of_ball(size, torch.tensor([[2.0], [1.0], [2.0]])).tolist() == [0, 0, 0]


def test_the_gradient_of_a_value_comes_with_it() -> None:
    class Cubes(Smooth):
        def forward(self, x: Tensor) -> Tensor:
            return (x**3).flatten(1).sum(1)

    x = torch.tensor([1.0, -2.0]).reshape(2, 1, 1, 1)
    value, slope = Cubes().value_and_grad(x)
    assert value.tolist() == [1, -8]
    assert slope.flatten().tolist() == Cubes().grad(x).flatten().tolist() == [3, 12]
    with torch.no_grad():
        assert Cubes().value_and_grad(x)[1].flatten().tolist() == [3, 12]


def test_automatic_differentiation_shares_the_evaluation_of_the_value() -> None:
    calls = []

    class Cubes(AutodiffSmooth):
        def forward(self, x: Tensor) -> Tensor:
            calls.append(x)
            return (x**3).flatten(1).sum(1)

    x = torch.tensor([1.0, -2.0]).reshape(2, 1, 1, 1)
    with torch.no_grad():
        value, slope = Cubes().value_and_grad(x)
    assert (value.tolist(), slope.flatten().tolist()) == ([1, -8], [3, 12])
    assert len(calls) == 1


def test_a_gradient_of_ones_own_is_the_one_that_comes_with_the_value() -> None:
    class Guide(Smooth):
        """A value that is only a guide, like that of :class:`preimage.optim.RED`."""

        def forward(self, x: Tensor) -> Tensor:
            return x.flatten(1).sum(1)

        def grad(self, x: Tensor) -> Tensor:
            return 7 * torch.ones_like(x)

    with torch.no_grad():
        assert Guide().value_and_grad(torch.ones(1, 1, 1, 1))[1].item() == 7


def test_a_lipschitz_constant_is_known_or_none() -> None:
    class Cubes(Smooth):
        def forward(self, x: Tensor) -> Tensor:
            return (x**3).flatten(1).sum(1)

    x = torch.ones(1, 1, 2, 2)
    assert Cubes().lipschitz(x) is None
    with pytest.raises(CapabilityError, match="`step_size` of PGD must be given where a Lipschitz constant is unknown"):
        PGD().prepare(Cubes(), Zero(), x)


def test_what_is_linear_on_positive_images() -> None:
    x = torch.rand(2, 1, 3, 3)
    for prior in (Zero(), L1Prior(torch.tensor([0.5, 2.0]))):
        torch.testing.assert_close((prior.positive_slope(x) * x).flatten(1).sum(1), prior(x))
