from dataclasses import dataclass

import pytest
import torch

from preimage.errors import CapabilityError
from preimage.optim import ADMM, GD, PGD, Tikhonov
from preimage.optim.acceleration._wrapper import Nested, Wrapper, require_algorithm
from preimage.optim.algorithm import GradientAlgorithm
from tests.optim.problems import ridge


@dataclass(frozen=True)
class Plain(Wrapper):
    """Does nothing but hand on."""


def test_what_is_asked_of_it_is_asked_of_the_inner_algorithm() -> None:
    p = ridge()
    x = torch.zeros_like(p.minimiser)
    f = Tikhonov(4.0)
    inner = PGD().prepare(f, p.prior, x)
    outer = Plain(PGD()).prepare(f, p.prior, x)
    assert torch.equal(outer.algorithm.step_size, inner.step_size)
    old = inner.init(x + 1)
    new = inner.step(f, p.prior, old)
    assert torch.equal(outer.residual(Nested(old), Nested(new)), inner.residual(old, new))
    assert torch.equal(outer.step_size_at(Nested(new)), inner.step_size_at(new))
    assert (Nested(new).x is new.x, Nested(new).k) == (True, 1)


def test_only_what_can_be_wrapped() -> None:
    gradient = GD(step_size=0.1)
    assert require_algorithm(gradient, GradientAlgorithm, Plain(gradient)) is gradient
    with pytest.raises(CapabilityError, match="`algorithm` of Plain must be a GradientAlgorithm, got ADMM"):
        require_algorithm(ADMM(), GradientAlgorithm, Plain(ADMM()))
