"""The steps of total-variation denoising, by the fastest means at hand."""

from typing import Protocol

from torch import Tensor
from torch.overrides import handle_torch_function, has_torch_function_unary

from preimage.kernels.variation.rof_loops import LoopSteps
from preimage.kernels.variation.rof_tensors import TensorSteps
from preimage.machine.compiler import can_compile

__all__ = ["RofSteps", "rof_parts", "rof_steps"]

_CHUNK = 1 << 17  # pixels worked on at a time by tensor operations, so that the dozen work arrays stay in the cache


class RofSteps(Protocol):
    r"""Over-relaxed primal-dual steps for ``min_u 1/2 ||u - x||^2 + TV(u)``, on arrays that they write in place.

    With ``v = prox(u + t div q)``, ``p = project(q + s grad(2 v - u))`` and ``4 n s t = 1`` for ``n`` axes, ``u`` moves
    to ``u + r (v - u)`` and ``q`` to ``q + r (p - q)``, where ``r`` is the relaxation.
    """

    def step(self, t: float) -> None:
        """One step with primal step size ``t``."""
        ...

    def step_and_gap(self, t: float) -> tuple[Tensor, Tensor]:
        """The same step; its ``v`` (P, C, ...), and the duality gap of ``v`` and ``p`` over the objective, (P,)."""
        ...


def rof_parts(problems: Tensor) -> tuple[Tensor, ...]:
    """Problems (P, C, ...) in the parts that are best worked on at a time."""
    if has_torch_function_unary(problems):
        return (problems,)
    if can_compile(problems):
        return problems.split(1)
    on_host = problems.device.type == "cpu"
    return problems.split(max(1, _CHUNK // max(1, problems[0].numel())) if on_host else len(problems))


def rof_steps(x: Tensor, isotropic: bool, relaxation: float) -> RofSteps:
    """The steps for problems ``x`` (P, C, H, W) or (P, C, D, H, W), a part of :func:`rof_parts`.

    Args:
        isotropic: TV sums the lengths of the gradients over all ``C`` channels, or else those of each of their
            components.
        relaxation: ``r``, in (0, 2).
    """
    if has_torch_function_unary(x):
        return handle_torch_function(rof_steps, (x,), x, isotropic, relaxation)
    return (LoopSteps if len(x) == 1 and can_compile(x) else TensorSteps)(x, isotropic, relaxation)
