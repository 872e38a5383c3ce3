"""Unrolling whose backward pass computes the states back instead of holding them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from preimage._ranges import check_count, check_interval
from preimage.errors import CapabilityError
from preimage.optim.unrolled.gradient import GradientRule, Step, Stored
from preimage.solve import tensors_of, with_tensors

__all__ = ["Reversible"]


@dataclass(frozen=True)
class Reversible(GradientRule):
    r"""A relaxed iteration that can be run backwards: ``s_{k+1} = (1 - mix) s_{k-1} + mix T_k(s_k)``.

    ``s`` is the state and ``T_k`` the algorithm's step. The backward pass computes
    ``s_{k-1} = (s_{k+1} - mix T_k(s_k)) / (1 - mix)``, so that memory does not grow with the steps, at the time of
    :class:`Checkpointed`. The fixed points are the algorithm's; the way there is longer the smaller ``mix``. What
    rounding adds is divided by ``1 - mix`` at each step back: the states are therefore kept in float64, and one in
    ``anchor_every`` is stored.

    Gradients reach the parameters of the model and the start, not the measurement or the physics.

    Args:
        mix: in (0, 1).
        anchor_every: steps between two stored states, >= 1.

    Raises:
        ArgumentError: a number is out of its range.
        CapabilityError: something else than the model's parameters asks for a gradient.

    Source: the reversible two-step scheme is that of Chang et al. 2018 (reversible architectures, "leapfrog"), in a
    damped form.
    """

    mix: float = 0.5
    anchor_every: int = 16

    def __post_init__(self) -> None:
        """Require that the fields are in their ranges."""
        check_interval("mix", self.mix, "(0, 1)", "one half is the default")
        check_count("anchor_every", self.anchor_every, "16 is the default")

    def run(self, step: Step, state: Any, steps: int, parameters: Sequence[Tensor]) -> Any:
        """The state after ``steps`` steps of the relaxed iteration (its first step is the algorithm's own)."""
        before, now = state, Stored().run(step, state, min(steps, 1), parameters)
        if steps < 2:
            return now
        if len(tensors_of(before)) != len(tensors_of(now)):
            # A variable that the first step has made starts as it is then.
            before = now
        run = _Run(self, step, now, steps)
        pair = [*tensors_of(before), *tensors_of(now)]
        learned = [parameter for parameter in parameters if parameter.requires_grad]
        results: Any = _Reversed.apply(run, len(pair), *pair, *learned)
        return with_tensors(run.state, list(results[len(results) // 2 :]))


class _Run:
    """The relaxed iteration on lists of tensors; ``state`` shows how they belong together."""

    def __init__(self, rule: Reversible, step: Step, state: Any, steps: int) -> None:
        self.mix = rule.mix
        self.every = rule.anchor_every
        self.step = step
        self.state = with_tensors(state, [tensor.detach() for tensor in tensors_of(state)])
        self.dtypes = [tensor.dtype for tensor in tensors_of(state)]
        self.numbers = range(1, steps)

    def moved(self, k: int, tensors: Sequence[Tensor]) -> list[Tensor]:
        """``T_k`` at tensors of the algorithm's own precision."""
        return tensors_of(self.step(k, with_tensors(self.state, list(tensors))))

    def narrow(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """To the algorithm's precision."""
        return [tensor.to(dtype) for tensor, dtype in zip(tensors, self.dtypes, strict=True)]

    def ahead(self, k: int, before: list[Tensor], now: list[Tensor]) -> list[Tensor]:
        """``s_{k+1}``."""
        moved = self.moved(k, self.narrow(now))
        return [torch.lerp(old, new.to(old.dtype), self.mix) for old, new in zip(before, moved, strict=True)]

    def back(self, moved: list[Tensor], after: list[Tensor]) -> list[Tensor]:
        """``s_{k-1}``."""
        return [(new - self.mix * step.to(new.dtype)) / (1 - self.mix) for new, step in zip(after, moved, strict=True)]


class _Reversed(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, run: _Run, count: int, *tensors: Tensor) -> tuple[Tensor, ...]:
        wide = [_widen(tensor) for tensor in tensors[:count]]
        before, now = wide[: count // 2], wide[count // 2 :]
        anchors: dict[int, tuple[list[Tensor], list[Tensor]]] = {}
        for k in run.numbers:
            if k % run.every == 0:
                anchors[k] = (before, now)
            before, now = now, run.ahead(k, before, now)
        ctx.run, ctx.anchors, ctx.ends, ctx.parameters = run, anchors, (before, now), tensors[count:]
        return (*run.narrow(before), *run.narrow(now))

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Any, ...]:  # pyright: ignore[reportIncompatibleMethodOverride]
        if torch.is_grad_enabled():
            raise CapabilityError("gradients of Reversible must be of first order, got create_graph=True; use Stored.")
        run, half = ctx.run, len(gradients) // 2
        by_before, by_now = list(gradients[:half]), list(gradients[half:])
        totals: list[Any] = [None] * len(ctx.parameters)
        now, after = ctx.ends
        for k in reversed(run.numbers):
            # by_now is the gradient of s_{k+1} = (1 - mix) s_{k-1} + mix T_k(s_k), by_before that of s_k.
            with torch.enable_grad():
                point = [tensor.detach().requires_grad_() for tensor in run.narrow(now)]
                moved = run.moved(k, point)
                pulled = torch.autograd.grad(
                    [tensor for tensor in moved if tensor.requires_grad],
                    [*point, *ctx.parameters],
                    [run.mix * g for g, tensor in zip(by_now, moved, strict=True) if tensor.requires_grad],
                    allow_unused=True,
                    retain_graph=True,  # all steps share what led from the parameters to the default step sizes
                )
            by_s = [g if p is None else g + p for g, p in zip(by_before, pulled[:half], strict=True)]
            totals = [_sum(total, p) for total, p in zip(totals, pulled[half:], strict=True)]
            by_before, by_now = [(1 - run.mix) * g for g in by_now], by_s
            before = run.back([tensor.detach() for tensor in moved], after)
            now, after = ctx.anchors.get(k, (before, now))
        return (None, None, *by_before, *by_now, *totals)


def _widen(tensor: Tensor) -> Tensor:
    return tensor.detach().to(torch.complex128 if tensor.is_complex() else torch.float64)


def _sum(total: Tensor | None, more: Tensor | None) -> Tensor | None:
    return more if total is None else total if more is None else total + more
