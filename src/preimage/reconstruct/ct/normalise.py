"""From counts of a detector to line integrals."""

import numpy as np

from preimage.errors import ArgumentError
from preimage.reconstruct.ct.projections import Projections

__all__ = ["line_integrals"]


def line_integrals(projections: Projections) -> tuple[np.ndarray, tuple[str, ...]]:
    """``-log((I - dark) / (flat - dark))`` where there is a flat field, else the values as they are, and notes.

    Fields are averaged over all that there are. Counts that are not above the dark field are taken for the least that
    is.

    Raises:
        ArgumentError: there is a dark field alone, or no light at all.
    """
    values, flat, dark = projections.values, projections.flat, projections.dark
    if flat is None:
        if dark is not None:
            raise ArgumentError("`flat` must be given beside a dark field, got none; counts mean nothing without it.")
        return values, ()
    shape = values.shape[1:]
    flat = flat.reshape(-1, *shape).mean(0, dtype=np.float64)
    base = np.zeros(shape) if dark is None else dark.reshape(-1, *shape).mean(0, dtype=np.float64)
    light = ((values - base) / np.maximum(flat - base, 1e-12)).astype(values.dtype)
    lit = light > 0
    if not lit.any():
        raise ArgumentError("`flat` must be brighter than the dark field, got no light in any bin; check both.")
    dead = int(light.size - lit.sum())
    raised = f"; {dead} of {light.size} counts were not above the dark field and were raised" if dead else ""
    return -np.log(np.maximum(light, light[lit].min())), (f"counts were normalised by the flat field{raised}",)
