"""Stacks as TIFF files, written plane by plane: OME-TIFF by that name, ImageJ's hyperstacks, or plain pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from preimage import _optional
from preimage.errors import ImageFileError
from preimage.files.formats.format import Put
from preimage.files.stacks.layout import Layout

__all__ = ["TIFF_TYPES", "create_tiff"]

TIFF_TYPES = (
    "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float16", "float32", "float64",
)  # fmt: skip
"""Without ``bool``, which tifffile writes with white as zero (2026.3)."""

_OF_IMAGEJ = ("uint8", "uint16", "float32")  # and no others: tifffile refuses float64, int32 and complex
_NOT_OF_OME = ("int64", "uint64", "float16")
_LARGEST = 2**32 - 2**25  # bytes of values in an ImageJ file


@contextmanager
def create_tiff(path: Path, layout: Layout) -> Iterator[Put]:
    """Pages without compression, mapped.

    Axes, colours and the type of values are always named: tifffile takes (3, H, W) of bytes for colours otherwise.

    Raises:
        ImageFileError: OME-TIFF does not know the axes or the type of values.
    """
    tifffile = _optional.require("tifffile", "io", "writing TIFF files")
    is_ome = any(path.name.lower().endswith(f".ome{suffix}") for suffix in (".tif", ".tiff"))
    kind = _as_ome(layout) if is_ome else _as_imagej(layout) if _is_of_imagej(layout) else _as_pages(layout)
    colour = "rgb" if layout.axes.endswith("S") and layout.size("S") in (3, 4) else "minisblack"
    flat = layout.nbytes == 0
    if flat:
        raise ImageFileError(f"`image` must have values, got {layout.shape}; there is nothing to write.")
    large = {"bigtiff": True} if layout.nbytes > _LARGEST else {}
    values = tifffile.memmap(path, shape=layout.shape, dtype=layout.dtype, photometric=colour, **kind, **large)

    def put(index: tuple[int, ...], plane: np.ndarray) -> None:
        values.reshape(layout.shape)[index] = plane

    yield put
    values.flush()


def _is_of_imagej(layout: Layout) -> bool:
    """Whether ImageJ knows the type, the axes in their order, and a file of this size; millimetres are a resolution."""
    inside = iter("TZCYXS")
    in_order = all(letter in inside for letter in layout.axes)
    is_colour = layout.axes.endswith("S")
    return (
        layout.dtype.name in _OF_IMAGEJ
        and in_order
        and layout.nbytes <= _LARGEST
        and layout.unit("X") != "mm"
        and (len(layout.shape) > 2 or layout.unit("X") != "")
        and not (is_colour and (layout.dtype.name != "uint8" or layout.size("S") != 3))
    )


def _as_imagej(layout: Layout) -> dict[str, Any]:
    told: dict[str, Any] = {"axes": layout.axes}
    if layout.unit("X"):
        told["unit"] = layout.unit("X")
    if layout.step("Z"):
        told["spacing"] = layout.step("Z")
    if layout.step("T"):
        told |= {"finterval": layout.step("T"), "tunit": layout.unit("T") or "s"}
    return {"imagej": True, "metadata": told, **_resolution(layout, 1.0)}


def _as_pages(layout: Layout) -> dict[str, Any]:
    """Plain pages, whose axes and distances tifffile's note tells."""
    told: dict[str, Any] = {"axes": "".join(letter if letter.isupper() else "Q" for letter in layout.axes)}
    if layout.step("Z"):
        told |= {"spacing": layout.step("Z"), "unit": layout.unit("Z")}
    if layout.step("T"):
        told |= {"finterval": layout.step("T"), "tunit": layout.unit("T") or "s"}
    known = {"resolutionunit": "CENTIMETER", **_resolution(layout, 10.0)} if layout.unit("X") == "mm" else {}
    if layout.unit("X") not in ("", "mm"):
        told |= {"unit": layout.unit("X")}
        known = _resolution(layout, 1.0)
    return {"metadata": told, **(known if len(known) > 1 or "resolution" in known else {})}


def _as_ome(layout: Layout) -> dict[str, Any]:
    if any(letter.islower() for letter in layout.axes) or layout.dtype.name in _NOT_OF_OME:
        raise ImageFileError(
            f"OME-TIFF cannot hold {layout.dtype.name} with axes {layout.axes}; name the axes (--axes), or write .tif."
        )
    told: dict[str, Any] = {"axes": layout.axes}
    for letter in "ZYX":
        if step := layout.step(letter):
            told |= {f"PhysicalSize{letter}": step, f"PhysicalSize{letter}Unit": _of_ome(layout.unit(letter))}
    if step := layout.step("T"):
        told |= {"TimeIncrement": step, "TimeIncrementUnit": layout.unit("T") or "s"}
    names = layout.metadata.get("channels")
    if names and len(names) == layout.size("C"):
        told["Channel"] = {"Name": list(names)}
    return {"ome": True, "metadata": told}


def _of_ome(unit: str) -> str:
    return {"um": "µm", "angstrom": "Å", "": "pixel"}.get(unit, unit)


def _resolution(layout: Layout, factor: float) -> dict[str, Any]:
    row, column = layout.step("Y"), layout.step("X")
    return {"resolution": (factor / column, factor / row)} if row and column else {}
