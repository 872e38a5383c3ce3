from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.solve import Reason, iterate, relative_change


@dataclass(frozen=True)
class State:
    x: Tensor
    other: tuple[Tensor, Tensor] | None = None
    k: int = 0


def halve_towards(goal: Tensor, rate: Tensor):
    """A contraction with one rate per sample; after k steps the error is rate^k of the first."""

    def step(state: State) -> State:
        x = goal + rate[:, None] * (state.x - goal)
        return State(x, (2 * x, x.sum(1)), state.k + 1)

    return step


GOAL = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], dtype=torch.float64)
RATE = torch.tensor([0.1, 0.5, 0.9], dtype=torch.float64)


def test_without_a_tolerance_exactly_the_steps_asked_for():
    solution = iterate(halve_towards(GOAL, RATE), State(torch.zeros_like(GOAL)), 7)
    torch.testing.assert_close(solution.x, GOAL * (1 - RATE[:, None] ** 7), rtol=1e-14, atol=0)
    assert solution.steps.tolist() == [7, 7, 7]
    assert solution.state.k == 7
    assert solution.reason == (Reason("all_steps", 7),) * 3
    assert solution.history.residual.shape == (7, 3)
    assert solution.history.seconds.shape == (7,)


def test_each_sample_stops_on_its_own_and_then_stays():
    solution = iterate(halve_towards(GOAL, RATE), State(torch.zeros_like(GOAL)), 30, tol=1e-4)
    assert solution.converged.tolist() == [True, True, False]
    # The change at step k is rate^(k-1) (1 - rate), relative to nearly one.
    assert solution.steps.tolist() == [5, 14, 30]
    assert solution.reason == (Reason("converged", 5), Reason("converged", 14), Reason("max_steps", 30))
    torch.testing.assert_close(solution.x, GOAL * (1 - RATE[:, None] ** solution.steps[:, None]), rtol=1e-13, atol=0)
    assert solution.state.other is not None
    assert torch.equal(solution.state.other[0], 2 * solution.x)
    assert solution.history.residual[5:, 0].isnan().all()
    for index in range(3):
        part = slice(index, index + 1)
        alone = iterate(halve_towards(GOAL[part], RATE[part]), State(torch.zeros(1, 2).double()), 30, tol=1e-4)
        assert torch.equal(alone.x[0], solution.x[index])
        assert alone.reason[0] == solution.reason[index]


def test_a_sample_that_blows_up_keeps_its_last_finite_estimate():
    growth = torch.tensor([[1e100], [0.5]], dtype=torch.float64)
    solution = iterate(lambda s: State(s.x * growth, k=s.k + 1), State(torch.ones(2, 1).double()), 8)
    assert solution.reason[0] == Reason("diverged", 4)
    assert solution.reason[1] == Reason("all_steps", 8)
    assert bool(solution.x.isfinite().all())
    assert float(solution.x[1]) == 0.5**8
    assert float(solution.x[0]) == 1e300


def test_nan_at_a_known_step():
    solution = iterate(
        lambda s: State(s.x / (3 - s.k) - (0 if s.k < 2 else torch.nan), k=s.k + 1), State(torch.ones(1, 1)), 9
    )
    assert solution.reason == (Reason("diverged", 3),)
    assert solution.steps.tolist() == [2]
    assert float(solution.x) == pytest.approx(1 / 6)


def test_a_callback_may_say_why_it_stops():
    ended = Reason("interrupted", 2)
    heard = []
    solution = iterate(
        halve_towards(GOAL, RATE),
        State(torch.zeros_like(GOAL)),
        10,
        callbacks=(lambda number, state: ended if number == 2 else None, lambda number, state: heard.append(number)),
    )
    assert heard == [1, 2]
    assert solution.reason == (ended,) * 3
    assert not bool(solution.converged.any())


def test_a_rule_stops_samples_for_reasons_of_its_own():
    found = Reason("matched", 2)

    def rule(state):
        return [found if state.k == 2 else None, Reason("diverged", state.k) if state.k == 4 else None, None]

    solution = iterate(halve_towards(GOAL, RATE), State(torch.zeros_like(GOAL)), 6, rule=rule)
    assert solution.reason == (found, Reason("diverged", 4), Reason("all_steps", 6))
    assert solution.steps.tolist() == [2, 3, 6]
    # What is told is of the new state, which is kept.
    torch.testing.assert_close(solution.x, GOAL * (1 - RATE[:, None] ** torch.tensor([[2], [4], [6]])))
    assert solution.history.residual.isfinite().sum(0).tolist() == [2, 4, 6]


def test_callbacks_hear_every_step_and_may_stop():
    heard = []
    solution = iterate(
        halve_towards(GOAL, RATE),
        State(torch.zeros_like(GOAL)),
        10,
        callbacks=(lambda number, state: number == 3, lambda number, state: heard.append((number, state.k))),
    )
    assert heard == [(1, 1), (2, 2), (3, 3)]
    assert solution.reason == (Reason("callback", 3),) * 3
    assert solution.steps.tolist() == [3, 3, 3]


def test_gradients_flow_through_the_steps():
    rate = RATE.clone().requires_grad_()
    solution = iterate(halve_towards(GOAL, rate), State(torch.zeros_like(GOAL)), 4)
    (gradient,) = torch.autograd.grad(solution.x.sum(), rate)
    torch.testing.assert_close(gradient, -4 * RATE**3 * GOAL.sum(1))


def test_relative_change_of_zero_is_zero():
    zeros = State(torch.zeros(2, 3))
    assert relative_change(zeros, zeros).tolist() == [0, 0]
    assert relative_change(State(torch.ones(1, 4)), State(torch.full((1, 4), 2.0))).item() == pytest.approx(0.5)


def test_an_empty_run_returns_the_start():
    solution = iterate(halve_towards(GOAL, RATE), State(GOAL), 0, tol=1e-3)
    assert torch.equal(solution.x, GOAL)
    assert not solution.converged.any()


def test_a_negative_tolerance_is_refused():
    with pytest.raises(ArgumentError, match="tol"):
        iterate(halve_towards(GOAL, RATE), State(GOAL), 3, tol=-1.0)


def test_a_state_inside_a_state_stops_with_its_sample():
    @dataclass(frozen=True)
    class Outer:
        inner: State
        memory: tuple[Tensor, ...] = ()

        @property
        def x(self) -> Tensor:
            return self.inner.x

    step = halve_towards(GOAL, RATE)
    plain = iterate(step, State(torch.zeros_like(GOAL)), 30, tol=1e-4)
    nested = iterate(
        lambda s: Outer(step(s.inner), (s.inner.x,)), Outer(State(torch.zeros_like(GOAL)), (GOAL,)), 30, tol=1e-4
    )
    assert torch.equal(nested.x, plain.x)
    assert nested.reason == plain.reason
    # What was remembered at the last step of a sample is the estimate before it.
    before = GOAL * (1 - RATE[:, None] ** (plain.steps[:, None] - 1))
    torch.testing.assert_close(nested.state.memory[0], before, rtol=1e-12, atol=0)


def test_steady_growth_is_divergence_too_and_says_which_sample_and_when():
    rate = torch.tensor([[0.5], [3.0], [1.0]], dtype=torch.float64)
    solution = iterate(lambda s: State(rate * s.x, None, s.k + 1), State(torch.ones(3, 2).double()), 200, tol=None)
    # 3^(k - 1) > 10^6 from k = 14 on; looked at every tenth step.
    assert solution.reason == (Reason("all_steps", 200), Reason("diverged", 20), Reason("all_steps", 200))
    assert solution.failures() == "sample 1 of 3 diverged at step 20"
    assert solution.steps.tolist() == [200, 19, 200]


def test_a_solution_shows_itself_in_a_notebook() -> None:
    solution = iterate(halve_towards(GOAL, RATE), State(torch.zeros_like(GOAL)), 3)
    markup = solution._repr_html_()
    assert markup.count("<img") == 1
    assert str(solution.reason[0]) in markup
