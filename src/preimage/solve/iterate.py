"""The one loop behind every iterative method."""

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from math import isfinite, nan
from typing import Any, Generic, Protocol, TypeVar

import torch
from torch import Tensor

from preimage._views import image_markup, table_markup
from preimage._worker import Worker
from preimage.errors import ArgumentError
from preimage.kernels.pointwise.change import change_and_size, relative_norm
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

    def _repr_html_(self) -> str:
        """The estimate, and why and when each sample stopped, for notebooks."""
        rows = {
            "shape": tuple(self.x.shape),
            "stopped": "; ".join(map(str, self.reason)),
            "steps": self.steps.tolist(),
            "seconds": f"{float(self.history.seconds.sum()):.3g}",
        }
        return table_markup("Solution", rows) + (image_markup(self.x, "x") if self.x.numel() else "")


def relative_change(old: _HasImage, new: _HasImage, *others: tuple[Tensor, Tensor]) -> Tensor:
    """``||x_new - x_old|| / ||x_new||`` of each sample, (B,): zero where nothing changed.

    Args:
        old, new: consecutive states with an image ``x``.
        others: pairs of further variables in the units of ``x``, old and new, whose changes count as well.
    """
    return relative_distance(old.x, new.x, *others)


def relative_distance(old: Tensor, new: Tensor, *others: tuple[Tensor, Tensor]) -> Tensor:
    """``||new - old|| / ||new||`` of each sample, (B,): :func:`relative_change` of images.

    Args:
        old, new: images (B, ...).
        others: pairs of further variables in the same units, old and new, whose changes count as well.
    """
    if not others:
        return relative_norm(old, new)
    change, size = change_and_size(old, new)
    for before, after in others:
        change = torch.hypot(change, change_and_size(before, after)[0])
    return torch.where(change == 0, 0, change / torch.where(size == 0, 1, size))


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

    Raises:
        ArgumentError: ``max_steps`` or ``tol`` is negative.
    """
    if max_steps < 0 or (tol is not None and not tol >= 0):
        raise ArgumentError(f"`max_steps` and `tol` must not be negative, got {max_steps} and {tol}; give larger ones.")
    samples = _Samples(len(state.x), Reason("all_steps" if tol is None else "max_steps", max_steps))
    recorder, usual = Recorder(monitor), _sizes(state.x)
    for number in range(1, max_steps + 1):
        if not any(samples.active):
            break
        started = time.perf_counter()
        new = step(state)
        with torch.no_grad():
            measured = residual(state, new)
            change = measured.tolist()
            usual = [max(pair) for pair in zip(usual, _sizes(new.x), strict=True)] if number == 1 else usual
            grown = _have_grown(new.x, usual) if number % _GUARD_EVERY == 0 else [False] * len(change)
        failed = [a and (g or not isfinite(c)) for a, g, c in zip(samples.active, grown, change, strict=True)]
        frozen = [not a or f for a, f in zip(samples.active, failed, strict=True)]
        state = _freeze(frozen, state, new) if any(frozen) else new
        seconds = time.perf_counter() - started
        shown = [c if a else nan for a, c in zip(samples.active, change, strict=True)]
        recorder.add(state, shown, seconds, measured.dtype)
        told = [None] * len(frozen) if rule is None else rule(state)
        samples.count(number, failed, [tol is not None and c <= tol for c in change], told)
        if (ended := _ask(callbacks, number, state)) is not None:
            samples.stop(samples.active, ended)
            break
    return samples.solution(state, recorder)


class _Samples(Worker):
    """Which samples go on, and why the others have stopped: plain values, as tensors so small would be slow."""

    def __init__(self, count: int, reason: Reason) -> None:
        self.active = [True] * count
        self.steps = [0] * count
        self.reasons = [reason] * count

    def count(self, number: int, failed: list[bool], reached: list[bool], told: Sequence[Reason | None]) -> None:
        """Note step ``number``: who has failed in it, who has reached the tolerance, and what the rule has told."""
        for index, (fails, arrives, why) in enumerate(zip(failed, reached, told, strict=True)):
            if not self.active[index]:
                continue
            undone = why is not None and why.kind == "diverged" and why.step == number
            self.steps[index] += not fails and not undone
            reason = Reason("diverged", number) if fails else Reason("converged", number) if arrives else why
            if reason is not None:
                self.reasons[index], self.active[index] = reason, False

    def stop(self, which: list[bool], reason: Reason) -> None:
        """``which`` samples (B,) stop."""
        self.reasons = [reason if stops else old for stops, old in zip(which, self.reasons, strict=True)]
        self.active = [goes and not stops for goes, stops in zip(self.active, which, strict=True)]

    def solution(self, state: S, recorder: Recorder) -> Solution[S]:
        """The result, with ``state`` as the last."""
        device = state.x.device
        converged = torch.tensor([reason.kind == "converged" for reason in self.reasons], dtype=torch.bool)
        history = recorder.history(len(self.reasons))
        steps = torch.tensor(self.steps, dtype=torch.int64, device=device)
        return Solution(state.x, state, steps, converged.to(device), tuple(self.reasons), history)


def _ask(callbacks: Sequence[Callback], number: int, state: Any) -> Reason | None:
    """Why the callbacks end the run, if they do; every one hears of every step."""
    answers = [callback(number, state) for callback in callbacks]
    ends = (Reason("callback", number) if answer is True else answer for answer in answers)
    return next((reason for reason in ends if isinstance(reason, Reason)), None)


def _sizes(x: Tensor) -> list[float]:
    return torch.linalg.vector_norm(x.detach().flatten(1), dim=1).tolist()


def _have_grown(x: Tensor, usual: list[float]) -> list[bool]:
    return [size > _GUARD_GROWTH * before for size, before in zip(_sizes(x), usual, strict=True)]


def _freeze(keep: list[bool], old: S, new: S) -> S:
    """``new``, with the samples in ``keep`` as they were in ``old``."""
    kept = torch.tensor(keep, device=old.x.device)

    def choose(previous: Tensor, following: Tensor) -> Tensor:
        return torch.where(kept.reshape(-1, *(1,) * (previous.ndim - 1)), previous, following)

    return map_state(choose, old, new)
