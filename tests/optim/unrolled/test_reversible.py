import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError, CapabilityError
from preimage.optim.algorithm import State
from preimage.optim.unrolled import Reversible
from tests.example import random

START = State(random(2, 3).double())


def run(rule: Reversible, steps: int, rate: Tensor) -> Tensor:
    def step(k: int, state: State) -> State:
        return State(state.x + rate * (state.x.cos() - state.x) / (k + 1), state.k + 1)

    return rule.run(step, START, steps, [rate]).x


def written_out(mix: float, steps: int, rate: Tensor) -> Tensor:
    """``s_1 = T_0(s_0)``, ``s_{k+1} = (1 - mix) s_{k-1} + mix T_k(s_k)``."""
    before, now = START.x, START.x + rate * (START.x.cos() - START.x)
    for k in range(1, steps):
        before, now = now, (1 - mix) * before + mix * (now + rate * (now.cos() - now) / (k + 1))
    return now


@pytest.mark.parametrize("mix", [0.5, 0.9])
@pytest.mark.parametrize("anchor_every", [1, 4, 100])
def test_values_and_gradients_are_those_of_the_iteration_written_out(mix: float, anchor_every: int) -> None:
    rate = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    results = [run(Reversible(mix, anchor_every), 9, rate), written_out(mix, 9, rate)]
    torch.testing.assert_close(*results, rtol=1e-13, atol=1e-14)
    torch.testing.assert_close(*(torch.autograd.grad(x.square().sum(), rate)[0] for x in results), rtol=1e-9, atol=0)


def test_the_first_step_is_the_algorithm_s_own() -> None:
    rate = torch.tensor(0.7, dtype=torch.float64)
    torch.testing.assert_close(run(Reversible(), 1, rate), written_out(0.5, 1, rate))
    assert torch.equal(run(Reversible(), 0, rate), START.x)


def test_what_it_cannot_do() -> None:
    rate = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    for mix in (0.0, 1.0):
        with pytest.raises(ArgumentError, match=r"`mix` must be in \(0, 1\)"):
            Reversible(mix)
    with pytest.raises(ArgumentError, match="`anchor_every` must be"):
        Reversible(0.5, 0)
    with pytest.raises(CapabilityError, match="first order"):
        torch.autograd.grad(run(Reversible(), 3, rate).sum(), rate, create_graph=True)
