"""From a file of projections to problems that can be solved."""

import dataclasses
import math
from functools import partial
from pathlib import Path

import numpy as np
from torch import Tensor

from preimage.errors import ImageFileError
from preimage.files.stacks.opening import stored_arrays
from preimage.files.stacks.stored import check_numbers, choose_array
from preimage.physics import Tomography
from preimage.reconstruct.ct.correct import corrected, with_found_axis
from preimage.reconstruct.ct.geometry import ScanGeometry, scan_geometry
from preimage.reconstruct.ct.geometry_keys import GeometryKeys, geometry_keys
from preimage.reconstruct.ct.projections import Projections, finite, read_projections
from preimage.reconstruct.ct.settings import CTSettings
from preimage.reconstruct.frame.acquisition import Acquisition, ViewsPiece
from preimage.reconstruct.frame.grid import Grid
from preimage.reconstruct.frame.memory import budget_of, check_image_fits

__all__ = ["acquire_ct"]

_PIXELS = 2**20  # of the slices that are reconstructed together
_FEW = 8  # views
_COPIES = 8  # of an image, that iterative methods hold


def acquire_ct(path: Path, settings: CTSettings) -> Acquisition:
    """The projections in ``path`` with their geometry.

    Raises:
        ImageFileError: the file cannot be read, or holds no projections.
        ArgumentError: the geometry is incomplete, wrong, or does not fit the projections.
    """
    keys, budget = geometry_keys(settings), budget_of(settings.memory)
    projections = _with_fields(read_projections(path, settings.key, budget, settings.sinograms), settings)
    keys, told = _with_lengths(keys, projections)
    geometry = scan_geometry(keys, projections.values.shape, projections.angles)
    volume = len(geometry.shape) == 3
    slices = 1 if volume or projections.values.ndim == 2 else projections.values.shape[1]
    at_once = 1 if volume else max(1, _PIXELS // math.prod(geometry.shape))
    # Beside the projections, which stay: the image, as much of the file while it is written, and the work.
    values = 2 * slices + _COPIES * min(at_once, slices)
    check_image_fits(4 * math.prod(geometry.shape) * values + projections.values.nbytes, budget)
    told = (*told, *_doubts(geometry, projections.values.shape, settings.sinograms))
    y, notes = corrected(projections, settings.rings)
    geometry = with_found_axis(geometry, y) if keys.axis == "auto" else geometry
    physics = Tomography(geometry.beam, geometry.shape, geometry.pixel)
    if volume or y.ndim == 2:
        pieces = [partial(ViewsPiece, y[None, None], physics)]
    else:
        pieces = [partial(_rows, y, first, at_once, physics) for first in range(0, slices, at_once)]
    shape = geometry.shape if volume or y.ndim == 2 else (slices, *geometry.shape)
    words, usual = _words(projections.values, geometry), "fdk" if volume else "fbp"
    return Acquisition(pieces, shape, _grid(geometry), words, usual, {"axis": geometry.beam.axis}, (*told, *notes))


def _with_lengths(keys: GeometryKeys, projections: Projections) -> tuple[GeometryKeys, tuple[str, ...]]:
    """The lengths of the detector that the user leaves to the file, and what is to be known of them."""
    if keys.spacing is not None or projections.spacing is None:
        return keys, ()
    has_rows = keys.row_spacing is None and keys.geometry != "fan"
    rows = projections.row_spacing if has_rows else keys.row_spacing
    notes = (f"a bin is {projections.spacing:.6g} mm wide, as the input tells",)
    return dataclasses.replace(keys, spacing=projections.spacing, row_spacing=rows), notes


def _doubts(geometry: ScanGeometry, shape: tuple[int, ...], is_told: bool) -> tuple[str, ...]:
    """What may have been meant otherwise."""
    degrees = geometry.beam.degrees
    notes = []
    if len(degrees) > 2 and 0 < max(degrees) - min(degrees) <= 2 * math.pi:
        notes.append(
            f"angles from {min(degrees):g} to {max(degrees):g} were taken for degrees; radians are to be multiplied by "
            "57.2958"
        )
    if len(shape) == 3 and shape[0] < min(_FEW, shape[1]) and not is_told:
        notes.append(
            f"{shape[0]} views of {shape[1]} rows; for {shape[0]} sinograms of {shape[1]} views give `sinograms`"
        )
    return tuple(notes)


def _rows(y: Tensor, first: int, count: int, physics: Tomography) -> ViewsPiece:
    """Some rows of (views, rows, bins), each a slice."""
    return ViewsPiece(y[:, first : first + count].transpose(0, 1)[:, None].contiguous(), physics)


def _with_fields(projections: Projections, settings: CTSettings) -> Projections:
    """With the fields of files that the user names."""
    named = {"flat": settings.flat, "dark": settings.dark}
    read = {name: _read_field(path, name, projections.values.shape) for name, path in named.items() if path is not None}
    return dataclasses.replace(projections, **read)


def _read_field(path: Path, name: str, shape: tuple[int, ...]) -> np.ndarray:
    array = choose_array(stored_arrays(path), None, ("data", name), path, dims=1)
    check_numbers(array, path, (1, 2, 3), complex_wanted=False)
    if array.shape[-(len(shape) - 1) :] != shape[1:]:
        raise ImageFileError(f"`{name}` must be of {shape[1:]} like the projections, got {path} of {array.shape}.")
    return finite(array.read(), path)


def _grid(geometry: ScanGeometry) -> Grid:
    sizes = (geometry.thickness, geometry.pixel, geometry.pixel)
    return Grid(sizes, "mm" if geometry.has_unit else "pixel")


def _words(values: np.ndarray, geometry: ScanGeometry) -> str:
    rows = f" of {values.shape[1]} rows" if values.ndim == 3 else ""
    degrees = geometry.beam.degrees
    return (
        f"{values.shape[0]} views{rows} of {values.shape[-1]} bins, {type(geometry.beam).__name__}, "
        f"{min(degrees):g} to {max(degrees):g} degrees"
    )
