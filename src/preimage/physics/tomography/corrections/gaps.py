"""Bins that measured nothing: found, and filled from their neighbours."""

import torch
from torch import Tensor

from preimage._ranges import holds_everywhere
from preimage._shapes import check_float
from preimage.errors import ArgumentError, ShapeError

__all__ = ["fill_gaps", "refuse_gaps"]


def fill_gaps(y: Tensor, dead: Tensor | None = None) -> Tensor:
    """``y`` with NaN, infinities and ``dead`` bins replaced by linear interpolation along the detector.

    Beyond the last good bin of a row its value goes on. Rows without any good bin are interpolated alike from the rows
    beside them (of a fan or parallel rays: from the views beside them). All other values stay as they are, and
    gradients flow to them.

    Args:
        y: line integrals or counts (B, C, V, K) or (B, C, V, M, K).
        dead: true where a bin is dead, of a shape that broadcasts to that of ``y``, such as (K,).

    Raises:
        ArgumentError: an image (of a cone: a view) has no good bin.
        ShapeError: ``y`` does not hold floats, or has less than two dimensions, or ``dead`` has another shape.
    """
    check_float(y, "y")
    if y.ndim < 2:
        raise ShapeError(f"`y` must have at least two dimensions, got {tuple(y.shape)}; give views and bins.")
    good = y.isfinite()
    if dead is not None:
        try:
            good = good & ~dead.to(y.device, torch.bool).expand(y.shape)
        except RuntimeError:
            raise ShapeError(
                f"`dead` must broadcast to {tuple(y.shape)}, got {tuple(dead.shape)}; give (K,) for the bins."
            ) from None
    if holds_everywhere(good):
        return y
    if not holds_everywhere(good.flatten(-2).any(-1)):
        raise ArgumentError("`y` must have a good bin in every image, got one without any; leave it out.")
    filled = _between(torch.where(good, y, 0), good)
    has_good = good.any(-1, keepdim=True)
    if holds_everywhere(has_good):
        return filled
    return _between(filled.mT, has_good.expand_as(y).mT).mT


def refuse_gaps(y: Tensor, purpose: str) -> None:
    """Require that ``y`` holds neither NaN nor infinities.

    Args:
        y: the measurement (B, C, V, ...).
        purpose: what it is wanted for, to be told in the message.

    Raises:
        ArgumentError: it does; the message tells how many and where the first is.
    """
    if holds_everywhere(y.isfinite()):
        return
    bad = ~y.isfinite()
    count, first = int(bad.sum()), bad.nonzero()[0].tolist()
    bins = bad.flatten(0, -2).any(0).nonzero().flatten().tolist()
    shown = ", ".join(map(str, bins[:5])) + (", ..." if len(bins) > 5 else "")
    raise ArgumentError(
        f"`y` must be finite for {purpose}, got {count} of {y.numel()} values that are NaN or infinite, the first at "
        f"{tuple(first)}, in bins {shown}; fill them by preimage.physics.corrections.fill_gaps(y), or leave their "
        "views out."
    )


def _between(y: Tensor, good: Tensor) -> Tensor:
    """``y`` where it is ``good``, else between the nearest good values along the last dimension (or none: zero)."""
    count = y.shape[-1]
    place = torch.arange(count, device=y.device).expand_as(good)
    before = torch.where(good, place, -1).cummax(-1).values
    after = torch.where(good, place, count).flip(-1).cummin(-1).values.flip(-1)
    low, high = torch.where(before < 0, after, before), torch.where(after >= count, before, after)
    low, high = low.clamp(0, count - 1), high.clamp(0, count - 1)
    part = ((place - low) / (high - low).clamp_min(1)).to(y.real.dtype)
    mixed = y.gather(-1, low) * (1 - part) + y.gather(-1, high) * part
    return torch.where(good, y, mixed)
