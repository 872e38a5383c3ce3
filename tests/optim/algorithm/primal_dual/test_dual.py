from dataclasses import dataclass

import pytest
import torch

from preimage.errors import CapabilityError
from preimage.fidelity import likelihood
from preimage.functional import Zero
from preimage.optim import PDHG, Box, L1Prior, PnP, TVPrior
from preimage.optim.algorithm.primal_dual._dual import primal_dual_change, relax, split
from preimage.physics import Blur, Denoising, GaussianNoise
from tests.doubles import Shrink

X = torch.rand(2, 1, 4, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def test_the_prox_of_the_conjugate_is_moreau_s() -> None:
    prior, s = TVPrior(0.3), torch.tensor([0.5, 2.0]).double()
    u = prior.linear(X)
    moved = prior.dual_ascent(u, X, s)
    v = u + s.reshape(2, 1, 1, 1, 1) * prior.linear(X)
    length = v.square().sum(2, keepdim=True).sqrt()
    torch.testing.assert_close(moved, v / (length / 0.3).clamp_min(1))  # the projection onto balls of the weight
    with torch.no_grad():
        torch.testing.assert_close(prior.dual_ascent(None, X, s), prior.dual_ascent(0 * u, X, s))


def test_relaxation_goes_on_beyond_the_step() -> None:
    a, b = torch.tensor([[1.0], [2.0]]), torch.tensor([[3.0], [6.0]])
    assert relax(a, b, 1) is b
    assert relax(a, b, torch.tensor([1.5, 0.5])).flatten().tolist() == [4, 4]
    assert relax(None, b, 2.0).flatten().tolist() == [6, 12]


def test_terms_find_their_places() -> None:
    prior = TVPrior(0.1)
    closed, open_ = (
        likelihood(p, X)
        for p in (Denoising(GaussianNoise(0.1)), Blur(torch.ones(3, 3).double(), "zero", noise=GaussianNoise(0.1)))
    )
    assert split(closed, prior, None, PDHG()) == ([prior], closed)
    terms, rest = split(open_, prior, None, PDHG())
    assert terms == [open_, prior]
    assert isinstance(rest, Zero)
    box = Box(0.0, 1.0)
    assert split(open_, prior, box, PDHG()) == ([open_, prior], box)
    with pytest.raises(CapabilityError, match="takes one prox beside"):
        split(open_, PnP(Shrink()), L1Prior(), PDHG())


def test_the_change_is_measured_in_one_metric() -> None:
    @dataclass(frozen=True)
    class State:
        x: torch.Tensor
        u: tuple[torch.Tensor, ...] | None

    old = State(torch.tensor([[3.0, 0.0]]), (torch.tensor([[1.0, 1.0]]),))
    new = State(torch.tensor([[3.0, 4.0]]), (torch.tensor([[1.0, 4.0]]),))
    # ||dx|| = 4, ||du|| = 3, ||x|| = 5
    found = primal_dual_change(old, new, [torch.tensor([4.0])])
    torch.testing.assert_close(found, torch.tensor([(16 + 4 * 9) ** 0.5 / 5]))
    first = primal_dual_change(State(old.x, None), new, [torch.tensor([1.0])])
    torch.testing.assert_close(first, torch.tensor([(16 + 17) ** 0.5 / 5]))
