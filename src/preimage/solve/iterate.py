"""The one loop behind every iterative method."""

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

import torch
from torch import Tensor

from preimage._worker import Worker
from preimage.errors import ArgumentError
from preimage.solve.history import History, Recorder
from preimage.solve.reason import Reason
from preimage.solve.state import map_state

__all__ = ["Callback", "Solution", "iterate", "relative_change", "relative_distance"]

_GUARD_EVERY = 10  # steps between two looks at the size of the estimate
_GUARD_GROWTH = 1e6


class _HasImage(Protocol):
    """A state: a (data)class of tensors and tuples of tensors, batch first, with the current estimate as ``x``."""

    @property
    def x(self) -> Tensor: ...


S = TypeVar("S", bound=_HasImage)

Callback = Callable[[int, Any], Any]
"""``callback(step_number, state)``, called after each step (the first is 1).

One that returns True ends the run, as does one that returns the :class:`Reason` to end it for.
"""


@dataclasses.dataclass(frozen=True)
class Solution(Generic[S]):
    """The result of :func:`iterate`, with one entry per sample in ``steps``, ``converged`` and ``reason``.

    Attributes:
        x: the estimate, ``state.x``.
        state: the last state, from which the method can be run on.
        steps: steps each sample took, (B,).
        converged: whether each sample reached the tolerance, (B,).
        reason: why each sample stopped.
        history: residual and time of every step, and what was traced, on the CPU.
    """

    x: Tensor
    state: S
    steps: Tensor
    converged: Tensor
    reason: tuple[Reason, ...]
    history: History

    def plot(self) -> Any:
        """A matplotlib figure of the history, with one curve per sample."""
        return self.history.plot()

    def failures(self) -> str:
        """The samples that diverged and when, such as "sample 2 of 3 diverged at step 17"; empty if none did."""
        failed = [(index, why) for index, why in enumerate(self.reason) if why.kind == "diverged"]
        return ", ".join(f"sample {index} of {len(self.reason)} {why}" for index, why in failed)


def relative_change(old: _HasImage, new: _HasImage, *others: tuple[Tensor, Tensor]) -> Tensor:
    """``||x_new - x_old|| / ||x_new||`` of each sample, zero where nothing changed.

    ``others`` are pairs of further variables in the units of ``x``, old and new, whose changes count as well.
    """
    return relative_distance(old.x, new.x, *others)


def relative_distance(old: Tensor, new: Tensor, *others: tuple[Tensor, Tensor]) -> Tensor:
    """:func:`relative_change` of the images ``old`` and ``new`` themselves."""
    change, size = _distance(new, old), torch.linalg.vector_norm(new.flatten(1), dim=1)
    for before, after in others:
        change = torch.hypot(change, _distance(after, before))
    return torch.where(change == 0, 0, change / torch.where(size == 0, 1, size))


def _distance(a: Tensor, b: Tensor) -> Tensor:
    """``||a - b||`` of each sample; on a CPU piece by piece, for the difference to stay in the cache."""
    piece = 1 << 17 if a.device.type == "cpu" else a.numel()
    pairs = zip(a.flatten(1).split(max(piece, 1), 1), b.flatten(1).split(max(piece, 1), 1), strict=True)
    parts = [torch.linalg.vector_norm(left - right, dim=1) for left, right in pairs]
    return torch.linalg.vector_norm(torch.stack(parts), dim=0)


def iterate(
    step: Callable[[S], S],
    state: S,
    max_steps: int,
    tol: float | None = None,
    callbacks: Sequence[Callback] = (),
    residual: Callable[[S, S], Tensor] = relative_change,
    monitor: Callable[[S], Mapping[str, Tensor]] | None = None,
    rule: Callable[[S], Sequence[Reason | None]] | None = None,
) -> Solution[S]:
    """Repeat ``state <- step(state)`` until every sample has converged, failed, or taken ``max_steps``.

    Every sample is on its own: once it stops, its part of the state no longer changes. A sample whose estimate is no
    longer finite stops with its last finite state; one that has grown a million times larger than at the start and
    after the first step has diverged, too. Gradients flow through all steps.

    Args:
        step: one iteration, a pure function of the state; a method that learns may change workers of its own.
        state: the start; a dataclass whose fields are tensors (batch first), tuples of them, states again, or plain
            values shared by all samples, such as a step counter.
        max_steps: the most steps.
        tol: a sample has converged when its residual is at most this; ``None`` runs exactly ``max_steps``.
        callbacks: called after each step as ``callback(step_number, state)``; one that returns True, or a
            :class:`Reason`, ends the run.
        residual: ``(old, new) -> (B,)``, the measure of convergence; not finite only where the estimate is not.
        monitor: ``state -> {name: (B,)}``, further quantities for the history, measured after each step.
        rule: ``state -> reasons``, beside ``tol``: why each sample stops after a step, ``None`` where it goes on.
    """
    if max_steps < 0 or (tol is not None and not tol >= 0):
        raise ArgumentError(f"`max_steps` and `tol` must not be negative, got {max_steps} and {tol}; give larger ones.")
    samples = _Samples(len(state.x), Reason("all_steps" if tol is None else "max_steps", max_steps))
    recorder, usual = Recorder(monitor), _size(state.x)
    for number in range(1, max_steps + 1):
        if not bool(samples.active.any()):
            break
        started = time.perf_counter()
        new = step(state)
        with torch.no_grad():
            change = residual(state, new).cpu()
            usual = torch.maximum(usual, _size(new.x)) if number == 1 else usual
            grown = number % _GUARD_EVERY == 0 and _size(new.x) > _GUARD_GROWTH * usual
        failed = samples.active & (~change.isfinite() | grown)
        frozen = failed | ~samples.active
        state = _freeze(frozen, state, new) if bool(frozen.any()) else new
        recorder.add(state, torch.where(samples.active, change, torch.nan), time.perf_counter() - started)
        told = [None] * len(frozen) if rule is None else rule(state)
        samples.count(number, failed, None if tol is None else change <= tol, told)
        if (ended := _ask(callbacks, number, state)) is not None:
            samples.stop(samples.active, ended)
            break
    return samples.solution(state, recorder)


class _Samples(Worker):
    """Which samples go on, and why the others have stopped; on the CPU, for one transfer of (B,) numbers a step."""

    def __init__(self, count: int, reason: Reason) -> None:
        self.active = torch.ones(count, dtype=torch.bool)
        self.steps = torch.zeros(count, dtype=torch.int64)
        self.reasons = [reason] * count

    def count(self, number: int, failed: Tensor, reached: Tensor | None, told: Sequence[Reason | None]) -> None:
        """Note step ``number``: who has failed in it, who has reached the tolerance, and what the rule has told."""
        undone = [reason is not None and reason.kind == "diverged" and reason.step == number for reason in told]
        self.steps += self.active & ~failed & ~torch.tensor(undone, dtype=torch.bool)
        if reached is not None:
            self.stop(self.active & reached & ~failed, Reason("converged", number))
        for index, reason in enumerate(told):
            if reason is not None and bool(self.active[index] & ~failed[index]):
                self.reasons[index], self.active[index] = reason, False
        self.stop(self.active & failed, Reason("diverged", number))

    def stop(self, which: Tensor, reason: Reason) -> None:
        """``which`` samples (B,) stop."""
        for index in which.nonzero().flatten().tolist():
            self.reasons[index] = reason
        self.active = self.active & ~which

    def solution(self, state: S, recorder: Recorder) -> Solution[S]:
        """The result, with ``state`` as the last."""
        device = state.x.device
        converged = torch.tensor([reason.kind == "converged" for reason in self.reasons], dtype=torch.bool)
        history = recorder.history(len(self.reasons))
        return Solution(state.x, state, self.steps.to(device), converged.to(device), tuple(self.reasons), history)


def _ask(callbacks: Sequence[Callback], number: int, state: Any) -> Reason | None:
    """Why the callbacks end the run, if they do; every one hears of every step."""
    answers = [callback(number, state) for callback in callbacks]
    ends = (Reason("callback", number) if answer is True else answer for answer in answers)
    return next((reason for reason in ends if isinstance(reason, Reason)), None)


def _size(x: Tensor) -> Tensor:
    return torch.linalg.vector_norm(x.detach().flatten(1), dim=1).cpu()


def _freeze(keep: Tensor, old: S, new: S) -> S:
    """``new``, with the samples in ``keep`` as they were in ``old``."""
    keep = keep.to(old.x.device)

    def choose(previous: Tensor, following: Tensor) -> Tensor:
        return torch.where(keep.reshape(-1, *(1,) * (previous.ndim - 1)), previous, following)

    return map_state(choose, old, new)
