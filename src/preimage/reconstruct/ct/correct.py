"""What real scans need before they are line integrals: normalisation, dead bins, rings, and the axis of rotation."""

import dataclasses

import numpy as np
import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.physics import corrections
from preimage.reconstruct.ct.geometry import ScanGeometry
from preimage.reconstruct.ct.projections import Projections

__all__ = ["corrected", "with_found_axis"]

_OPAQUE = 20  # of a line integral of attenuation: one photon of 10^9 comes through
_ROWS = 8  # of a stack, in which the axis is looked for


def corrected(projections: Projections, rings: bool) -> tuple[Tensor, tuple[str, ...]]:
    """Line integrals (views, bins) or (views, rows, bins) without gaps, and notes.

    Where there is a flat field values are counts, and their negative logarithm is taken
    (:func:`preimage.physics.corrections.normalise`). Values that are NaN or infinite, and bins without light, are
    filled from their neighbours on the detector.

    Args:
        projections: as they were read.
        rings: whether stripes are to be suppressed (:func:`preimage.physics.corrections.suppress_rings`).

    Raises:
        ArgumentError: there is a dark field alone, or no bin is left.
    """
    y = torch.from_numpy(np.ascontiguousarray(projections.values))[None, None]
    notes: list[str] = []
    if projections.flat is not None:
        dark = None if projections.dark is None else _frames(projections.dark, y)
        y = corrections.normalise(y, _frames(projections.flat, y), dark)
        notes.append("counts were normalised by the flat field")
    elif projections.dark is not None:
        raise ArgumentError("`flat` must be given beside a dark field, got none; counts mean nothing without it.")
    elif _look_like_counts(y):
        notes.append("whole numbers were taken for line integrals; counts of light need `flat`, or -log beforehand")
    missing = int(y.numel() - y.isfinite().sum())
    if missing == y.numel():
        raise ArgumentError("`flat` must be brighter than the dark field, got no light in any bin; check both.")
    if missing:
        y = corrections.fill_gaps(y)
        notes.append(f"{missing} of {y.numel()} values measured nothing and were filled from their neighbours")
    if rings:
        y = corrections.suppress_rings(y)
        notes.append("stripes were suppressed")
    return y[0, 0], tuple(notes)


def _look_like_counts(y: Tensor) -> bool:
    """Whether all that was measured is whole numbers, and more than a logarithm of light ever is."""
    seen = y[y.isfinite()]
    return bool(seen.numel() and seen.max() > _OPAQUE and torch.equal(seen, seen.round()))


def with_found_axis(geometry: ScanGeometry, y: Tensor) -> ScanGeometry:
    """``geometry`` with the axis of rotation that is found in line integrals ``y``: the median over some rows.

    Raises:
        ArgumentError: the views do not go far enough round.
    """
    beam = geometry.beam
    rows = y[None, None]
    if len(geometry.shape) == 2 and y.ndim == 3:
        step = max(1, y.shape[1] // _ROWS)
        rows = y[:, step // 2 :: step].transpose(0, 1)[:, None]
        rows = rows[rows.abs().sum((1, 2, 3)) > 0]
    if not bool(rows.any()):
        raise ArgumentError("`axis` must be a number for projections of nothing, got auto.")
    axis = corrections.find_axis(rows, beam)
    return dataclasses.replace(geometry, beam=dataclasses.replace(beam, axis=float(axis.median())))


def _frames(frames: np.ndarray, y: Tensor) -> Tensor:
    """(1, 1, frames, ...) of one frame or several."""
    return torch.from_numpy(frames.reshape(1, 1, -1, *y.shape[3:])).to(y.dtype)
