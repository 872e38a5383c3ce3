"""An exponential integrator with memory for the probability flow."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.sampling.chains import Chains
from preimage.sampling.sampler.base import MeanEstimate, Sampler

__all__ = ["DPMSolver", "DPMSolverState"]


@dataclass(frozen=True)
class DPMSolverState:
    """The state of :class:`DPMSolver`.

    Attributes:
        x: the images, each with noise of the level reached, (B, ...).
        denoised: the denoised images of the step before; ``None`` at the start.
        width: the width of the step before, ``log(sigma / t)``.
        k: how many steps were done.
    """

    x: Tensor
    denoised: Tensor | None = None
    width: Tensor | None = None
    k: int = 0


@dataclass(frozen=True)
class DPMSolver(Sampler):
    """DPM-Solver++ (2M): the linear part of the flow exactly, the denoised image by extrapolation; second order.

    ``x <- (t / sigma) x + (1 - t / sigma) d``, with ``d = D + (h / (2 h')) (D - D')``, where ``D`` and ``D'`` are the
    denoised images of this step and the one before, and ``h``, ``h'`` their widths ``log(sigma / t)``. One evaluation
    of the denoiser a step; the first step and the last, to zero, take ``d = D``.

    Source: Lu, Zhou, Bao, Chen, Li, Zhu, "DPM-Solver++", 2022, algorithm 2, for noise that is added and nothing else.
    """

    def init(self, x: Tensor) -> DPMSolverState:
        """The state before the first step."""
        return DPMSolverState(x)

    def step(
        self, denoiser: MeanEstimate, state: DPMSolverState, sigma: Tensor, to: Tensor, chains: Chains
    ) -> DPMSolverState:
        """One evaluation of the denoiser; nothing is drawn."""
        denoised, ratio = denoiser(state.x, sigma), to / sigma
        width, ahead = -ratio.log(), denoised
        if state.denoised is not None and state.width is not None and bool(to > 0):
            ahead = denoised + width / (2 * state.width) * (denoised - state.denoised)
        return DPMSolverState(torch.lerp(ahead, state.x, ratio), denoised, width, state.k + 1)
