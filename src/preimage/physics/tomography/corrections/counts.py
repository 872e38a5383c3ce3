"""From counts of light, or of X-rays, to line integrals."""

import torch
from torch import Tensor

from preimage._ranges import check_interval
from preimage.errors import ShapeError

__all__ = ["normalise"]


def normalise(projections: Tensor, flats: Tensor, darks: Tensor | None = None, least: float = 1e-5) -> Tensor:
    """The line integrals ``-log((projections - dark) / (flat - dark))`` of a scan.

    ``flat`` is the mean of the frames without an object, ``dark`` that of the frames without light. A ray whose
    transmission is below ``least``, zero or negative is taken to transmit ``least``, so that no value exceeds
    ``-log(least)``. Bins where the flat field is not above the dark one measure nothing and become NaN, which
    :func:`fill_gaps` replaces. Gradients flow to all three arguments.

    Args:
        projections: counts (B, C, V, K) of V views, or (B, C, V, M, K) of a cone; integers are converted to float32.
        flats: frames with the same dimensions and any number of them in place of V; B and C may be 1.
        darks: as ``flats``; no dark current by default.
        least: in (0, 1), the least transmission that is believed.

    Raises:
        ArgumentError: ``least`` is out of its range.
        ShapeError: shapes do not fit each other.
    """
    check_interval("least", least, "(0, 1)", "1e-5 is the default")
    counts = _floating(projections)
    if counts.ndim not in (4, 5):
        raise ShapeError(
            f"`projections` must have shape (B, C, V, K) or (B, C, V, M, K), got {tuple(counts.shape)}; add the "
            "missing dimensions."
        )
    flat = _mean_frame(flats, counts, "flats")
    dark = torch.zeros_like(flat) if darks is None else _mean_frame(darks, counts, "darks")
    light = flat - dark
    is_dead = light <= 0
    transmission = (counts - dark) / torch.where(is_dead, 1, light)
    return torch.where(is_dead, torch.nan, -transmission.clamp_min(least).log())


def _floating(counts: Tensor) -> Tensor:
    return counts if counts.is_floating_point() else counts.float()


def _mean_frame(frames: Tensor, counts: Tensor, name: str) -> Tensor:
    """The mean of ``frames``, (B or 1, C or 1, 1, ...)."""
    fits = frames.ndim == counts.ndim and frames.shape[3:] == counts.shape[3:] and frames.shape[2] > 0
    if not fits or any(n not in (1, m) for n, m in zip(frames.shape[:2], counts.shape[:2], strict=True)):
        wanted = ", ".join(["B or 1", "C or 1", "frames", *map(str, counts.shape[3:])])
        raise ShapeError(
            f"`{name}` must have shape ({wanted}) for projections of {tuple(counts.shape)}, got "
            f"{tuple(frames.shape)}; give at least one frame of the same detector."
        )
    return _floating(frames).mean(2, keepdim=True).to(counts.dtype)
