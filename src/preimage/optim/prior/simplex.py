"""Parts of a whole."""

import torch
from torch import Tensor

from preimage._ranges import check_number
from preimage._shapes import per_image
from preimage.functional import Conjugable, Proximable, Valued

__all__ = ["Simplex"]

_ROUNDING = 1e-4  # of the total: by so much sums of projections may be off in single precision


class Simplex(Proximable, Conjugable, Valued):
    """``g(x) = 0`` where ``x_i >= 0`` and ``sum_i x_i = total``, else infinite; the prox projects, whatever its step.

    Kernels of a blur that keeps the mean are such, and so are shares of materials. All of a sample is one whole.

    Args:
        total: what the entries of a sample sum to, > 0, a float or (B,).

    Shapes: (B, ...), real.

    Raises:
        ArgumentError: the total is not positive.

    Source: Held, Wolfe, Crowder, "Validation of subgradient optimization", 1974, for the projection by sorting.
    """

    def __init__(self, total: float | Tensor = 1.0) -> None:
        super().__init__()
        check_number("total", total, "one is usual")
        self.total = total

    def forward(self, x: Tensor) -> Tensor:
        """Zero or infinity for each sample, (B,)."""
        total = self._total(x)
        flat = x.flatten(1)
        inside = (flat >= -_ROUNDING * total[:, None] / flat.shape[1]).all(1)
        inside &= (flat.sum(1) - total).abs() <= _ROUNDING * total
        return torch.where(inside, 0.0, torch.inf).to(x.dtype)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """``max(x - t, 0)`` with the ``t`` that gives the total."""
        flat = x.flatten(1)
        ordered = flat.sort(dim=1, descending=True).values
        counts = torch.arange(1, flat.shape[1] + 1, dtype=x.dtype, device=x.device)
        levels = (ordered.cumsum(1) - self._total(x)[:, None]) / counts
        kept = (ordered > levels).sum(1, keepdim=True).clamp_min(1)
        return (flat - levels.gather(1, kept - 1)).clamp_min(0).reshape(x.shape)

    def conjugate(self, z: Tensor) -> Tensor:
        """``total max_i z_i``."""
        return self._total(z) * z.flatten(1).amax(1)

    def into_domain(self, z: Tensor) -> Tensor:
        """One: the conjugate is finite everywhere."""
        return torch.ones(len(z), dtype=z.dtype, device=z.device)

    def _total(self, like: Tensor) -> Tensor:
        return per_image(self.total, like).reshape(-1).expand(len(like))
