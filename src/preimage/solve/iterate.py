"""The one loop behind every iterative method."""

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.solve._state import map_state
from preimage.solve.history import History, Recorder
from preimage.solve.reason import Reason

__all__ = ["Callback", "Solution", "iterate", "relative_change"]

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
    change, size = _distance(new.x, old.x), torch.linalg.vector_norm(new.x.flatten(1), dim=1)
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
) -> Solution[S]:
    """Repeat ``state <- step(state)`` until every sample has converged, failed, or taken ``max_steps``.

    Every sample is on its own: once it stops, its part of the state no longer changes. A sample whose estimate is no
    longer finite stops with its last finite state; one that has grown a million times larger than at the start and
    after the first step has diverged, too. Gradients flow through all steps.

    Args:
        step: one iteration, a pure function of the state.
        state: the start; a dataclass whose fields are tensors (batch first), tuples of them, states again, or plain
            values shared by all samples, such as a step counter.
        max_steps: the most steps.
        tol: a sample has converged when its residual is at most this; ``None`` runs exactly ``max_steps``.
        callbacks: called after each step as ``callback(step_number, state)``; one that returns True, or a
            :class:`Reason`, ends the run.
        residual: ``(old, new) -> (B,)``, the measure of convergence; not finite only where the estimate is not.
        monitor: ``state -> {name: (B,)}``, further quantities for the history, measured after each step.
    """
    if max_steps < 0 or (tol is not None and not tol >= 0):
        raise ArgumentError(f"`max_steps` and `tol` must not be negative, got {max_steps} and {tol}; give larger ones.")
    # Bookkeeping lives on the CPU: one transfer of (B,) numbers a step.
    active = torch.ones(state.x.shape[0], dtype=torch.bool)
    converged, steps = torch.zeros_like(active), torch.zeros_like(active, dtype=torch.int64)
    reason = [Reason("all_steps" if tol is None else "max_steps", max_steps)] * len(active)
    recorder, usual = Recorder(monitor), _size(state.x)
    for number in range(1, max_steps + 1):
        if not bool(active.any()):
            break
        started = time.perf_counter()
        new = step(state)
        with torch.no_grad():
            measured = residual(state, new).cpu()
            usual = torch.maximum(usual, _size(new.x)) if number == 1 else usual
            grown = number % _GUARD_EVERY == 0 and _size(new.x) > _GUARD_GROWTH * usual
        failed = active & (~measured.isfinite() | grown)
        reached = active & ~failed & (measured <= tol) if tol is not None else converged
        stopped = failed | reached
        frozen = failed | ~active
        state = _freeze(frozen, state, new) if bool(frozen.any()) else new
        recorder.add(state, torch.where(active, measured, torch.nan), time.perf_counter() - started)
        steps += active & ~failed
        if bool(stopped.any()):
            converged, active = converged | reached, active & ~stopped
            _note(reason, failed, Reason("diverged", number))
            _note(reason, reached, Reason("converged", number))
        if (ended := ask(callbacks, number, state)) is not None:
            _note(reason, active, ended)
            break
    device = state.x.device
    return Solution(
        state.x, state, steps.to(device), converged.to(device), tuple(reason), recorder.history(len(active))
    )


def ask(callbacks: Sequence[Callback], number: int, state: Any) -> Reason | None:
    """Why the callbacks end the run, if they do; every one hears of every step."""
    answers = [callback(number, state) for callback in callbacks]
    ends = (Reason("callback", number) if answer is True else answer for answer in answers)
    return next((reason for reason in ends if isinstance(reason, Reason)), None)


def _note(reasons: list[Reason], which: Tensor, reason: Reason) -> None:
    for index in which.nonzero().flatten().tolist():
        reasons[index] = reason


def _size(x: Tensor) -> Tensor:
    return torch.linalg.vector_norm(x.detach().flatten(1), dim=1).cpu()


def _freeze(keep: Tensor, old: S, new: S) -> S:
    """``new``, with the samples in ``keep`` as they were in ``old``."""
    keep = keep.to(old.x.device)

    def choose(previous: Tensor, following: Tensor) -> Tensor:
        return torch.where(keep.reshape(-1, *(1,) * (previous.ndim - 1)), previous, following)

    return map_state(choose, old, new)
