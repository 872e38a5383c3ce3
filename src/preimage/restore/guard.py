"""What comes back must be explainable by the noise: a check of every restoration."""

import math

import torch
from torch import Tensor

from preimage.physics import LinearPhysics

__all__ = ["guarded"]

# The noise that was removed may be stronger than it was estimated, by so much.
_SLACK = 1.5
# What nobody sees, in image units: the standard deviation of a change that is always allowed.
_INVISIBLE = 0.5 / 255


def guarded(x: Tensor, y: Tensor, physics: LinearPhysics, sigma: float, seen: float = 1.0) -> tuple[Tensor, list[str]]:
    r"""``x - (1 - w) A^T r`` with ``r = A (x - A^T y)``, and notes: ``w < 1`` where noise does not explain ``r``.

    With ``A A^T = 1`` the result measures as ``y + w r``: it is ``x`` moved towards what was measured, so far that the
    root mean square of the residual is the larger of ``1.5 sigma`` and ``0.5/255``. In the kernel of ``A`` nothing
    changes.

    Args:
        x: the restored picture, (1, C, H, W).
        y: what was measured.
        physics: ``A``, whose rows are orthonormal (or zero): denoising, a mask, a mosaic.
        sigma: the standard deviation of the noise that was to be removed, in image units.
        seen: the share of the entries of ``y`` that were measured.
    """
    residual = physics.A(x - physics.A_adjoint(y))
    found = float(torch.linalg.vector_norm(residual)) / math.sqrt(max(1.0, seen * residual.numel()))
    allowed = max(_SLACK * sigma, _INVISIBLE)
    if found <= allowed:
        return x, []
    share = allowed / found
    note = (
        f"the restored picture differed from the given one by {255 * found:.2f}/255, which noise of "
        f"{255 * sigma:.2f}/255 does not explain: {100 * share:.0f} % of the change was kept; give --sigma if the "
        "noise is stronger"
    )
    return x - (1 - share) * physics.A_adjoint(residual), [note]
