"""What kernels of Langevin steps have in common: the step size, and where it comes from."""

import dataclasses
from dataclasses import dataclass

from torch import Tensor
from typing_extensions import Self

from preimage._ranges import check_level
from preimage.functional import Smooth
from preimage.sampling.mcmc.base import MarkovKernel, require_smooth, total_curvature

__all__ = ["LangevinKernel"]


@dataclass(frozen=True)
class LangevinKernel(MarkovKernel):
    """Steps along the gradients of data term and prior, of a size that the Lipschitz constants ``L`` tell.

    A subclass says in :meth:`stable_step` what it is in units of ``1 / L``.

    Args:
        step_size: ``t`` > 0; chosen by default.

    Raises:
        ArgumentError: ``step_size`` is not above zero.
    """

    step_size: float | Tensor | None = None

    def __post_init__(self) -> None:
        if self.step_size is not None:
            check_level("step_size", self.step_size, "leave it out to have it chosen")

    def stable_step(self, x: Tensor) -> float:
        """``t L`` that suits images like ``x``."""
        raise NotImplementedError

    def prepare(self, f: Smooth, g: Smooth, x: Tensor) -> Self:
        """Take the step size from the Lipschitz constants unless it is given."""
        require_smooth(self, f, "fidelity")
        require_smooth(self, g, "prior")
        if self.step_size is not None:
            return self
        return dataclasses.replace(self, step_size=self.stable_step(x) / total_curvature(self, x, f, g))
