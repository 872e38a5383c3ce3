from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.optim.unrolled import Checkpointed, Stored
from preimage.optim.unrolled.gradient import GradientRule


@dataclass(frozen=True)
class Pair:
    """A state of two tensors and a number."""

    x: Tensor
    v: Tensor
    k: int = 0


START = Pair(torch.tensor([0.3, 0.5]).double(), torch.tensor([1.0, -1.0]).double())


def spring(rate: Tensor, calls: list[int]) -> object:
    """``v <- v - rate sin x``, ``x <- x + v``."""

    def step(k: int, state: Pair) -> Pair:
        calls.append(k)
        v = state.v - rate * state.x.sin()
        return Pair(state.x + v, v, state.k + 1)

    return step


def run(rule: GradientRule, steps: int = 7) -> tuple[Pair, Tensor, list[int]]:
    rate, calls = torch.tensor(0.1, dtype=torch.float64, requires_grad=True), []
    state = rule.run(spring(rate, calls), START, steps, [rate])  # pyright: ignore
    (gradient,) = torch.autograd.grad(state.x.square().sum() + state.v.sum(), rate)
    return state, gradient, calls


@pytest.mark.parametrize("every", [1, 3, 7, 100])
def test_the_gradient_is_the_stored_one_and_every_step_is_taken_twice(every: int) -> None:
    stored, wanted, once = run(Stored())
    state, found, twice = run(Checkpointed(every))
    assert torch.equal(state.x, stored.x)
    assert state.k == 7
    torch.testing.assert_close(found, wanted, rtol=1e-14, atol=0)
    assert once == list(range(7))
    assert sorted(twice) == sorted(2 * once)


def test_without_gradients_nothing_is_kept_and_no_step_is_repeated() -> None:
    calls: list[int] = []
    with torch.no_grad():
        Checkpointed(2).run(spring(torch.tensor(0.1), calls), START, 5, [])  # pyright: ignore
    assert calls == list(range(5))


def test_groups_hold_at_least_a_step() -> None:
    with pytest.raises(ArgumentError, match="`every` must be at least 1, got 0"):
        run(Checkpointed(0))
