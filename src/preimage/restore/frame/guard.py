"""What comes back must be explainable by the noise: a check of every restoration."""

import math

import torch
from torch import Tensor

from preimage.kernels.sliding.window_means import sums_around, windows_around
from preimage.physics import LinearPhysics

__all__ = ["guard_picture"]

# The noise that was removed may be stronger than it was estimated, by so much.
_SLACK = 1.1
# What nobody sees, in image units: the standard deviation of a change that is always allowed.
_INVISIBLE = 0.4 / 255
_WINDOW = 17
_ROWS = 256  # that are looked at at a time


def guard_picture(
    x: Tensor,
    y: Tensor,
    physics: LinearPhysics,
    sigma: float,
    seen: float = 1.0,
    share: float = 1.0,
    reach: float = 1.0,
) -> tuple[Tensor, list[str]]:
    r"""``x - (1 - w) A^T r`` with ``r = A (x - A^T y)``, and notes: ``w < 1`` where noise does not explain ``r``.

    Noise has no local mean: where that of ``r`` over 17x17 pixels is more than four of its standard errors, a denoiser
    has shifted colours, and the shift is taken back first.

    With ``A A^T = 1`` the result measures as ``y + w r``, ``w = (s / rms r)^2`` with ``s`` the larger of ``1.1 sigma``
    and ``0.4/255``: what is best where ``r`` is the noise that was to be removed and an error of the denoiser that has
    nothing to do with it. Where ``x`` holds only a share ``a`` of what the denoiser changed, ``r / a`` is that change,
    of which ``(a s / rms r)^2`` is best, so that ``w = a (s / rms r)^2``. In the kernel of ``A`` nothing changes.

    Args:
        x: the restored picture, (1, C, H, W).
        y: what was measured.
        physics: ``A``, whose rows are orthonormal (or zero): denoising, a mask, a mosaic.
        sigma: the standard deviation of the noise that was to be removed, in image units.
        seen: the share of the entries of ``y`` that were measured.
        share: ``a``, the share of the denoiser's change that ``x`` holds, in (0, 1].
        reach: the side, in pixels, of a square over which the noise is as good as the same.
    """
    kept = _with_mean(x, y, physics, sigma * reach)
    shift = float(torch.linalg.vector_norm(kept - x)) / math.sqrt(x.numel())
    told = f"the denoiser had shifted colours by {255 * shift:.1f}/255, which noise does not do: taken back"
    x, notes = kept, [told] if shift > 1 / 255 else []
    residual = physics.A(x - physics.A_adjoint(y))
    found = float(torch.linalg.vector_norm(residual)) / math.sqrt(max(1.0, seen * residual.numel()))
    allowed = max(_SLACK * sigma, _INVISIBLE)
    if found <= max(math.sqrt(share) * allowed, _INVISIBLE):
        return x, notes
    kept_share = share * (allowed / found) ** 2
    note = (
        f"the restored picture differed from the given one by {255 * found / share:.2f}/255, which noise of "
        f"{255 * sigma:.2f}/255 does not explain: {100 * share * kept_share:.0f} % of the change was kept; give "
        "--sigma if the noise is stronger"
    )
    return x - physics.A_adjoint(residual).mul(1 - kept_share), [*notes, note]


def _with_mean(x: Tensor, y: Tensor, physics: LinearPhysics, sigma: float) -> Tensor:
    """``x`` without shifts of the local mean of what was measured; some rows at a time, for pictures are large."""
    seen = physics.A_adjoint(physics.A(torch.ones_like(x)))
    everywhere = bool((seen == 1).all())
    seen = None if everywhere else seen
    off = physics.A_adjoint(physics.A(x) - y)
    kept, height, reach = torch.empty_like(x), x.shape[-2], _WINDOW // 2
    for top in range(0, height, _ROWS):
        rows = slice(top, min(top + _ROWS, height))
        around = slice(max(0, rows.start - reach), min(rows.stop + reach, height))
        inner = slice(rows.start - around.start, rows.stop - around.start)
        part = off[..., around, :]
        if seen is None:
            count = windows_around(part, _WINDOW)[..., inner, :]
        else:
            count = sums_around(seen[..., around, :], _WINDOW)[..., inner, :].clamp_min(1e-6)
        mean = sums_around(part, _WINDOW)[..., inner, :] / count
        least = 4 * sigma / count.clamp_min(1).sqrt()
        shift = mean * (1 - (least / mean.abs().clamp_min(1e-12)).square()).clamp_min(0)
        kept[..., rows, :] = x[..., rows, :] - (shift if seen is None else seen[..., rows, :] * shift)
    return kept
