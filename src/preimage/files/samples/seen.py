"""Which samples of a picture were seen: those outside a mask, and those that are numbers."""

import numpy as np

from preimage.errors import ArgumentError, ImageFileError, ShapeError

__all__ = ["check_finite", "check_mask_size", "not_numbers", "without"]


def check_mask_size(missing: tuple[int, ...], picture: tuple[int, ...]) -> None:
    """Refuse a mask of (rows, columns) ``missing`` for a picture of another size.

    Raises:
        ShapeError: they differ.
    """
    if tuple(missing) != tuple(picture):
        (rows, columns), (height, width) = missing, picture
        raise ShapeError(
            f"`mask` must be of the picture's size, {width}x{height}, got {columns}x{rows}; resize one of them."
        )


def not_numbers(samples: np.ndarray) -> np.ndarray:
    """Where any channel of ``samples`` (H, W, C) is NaN, bool (H, W)."""
    return np.asarray(np.isnan(samples).any(2)) if samples.dtype.kind == "f" else np.zeros(samples.shape[:2], bool)


def check_finite(samples: np.ndarray, missing: np.ndarray | None, path: str = "") -> None:
    """Refuse NaN and infinity among the samples (H, W, C) that were seen.

    Args:
        missing: bool (H, W), where samples say nothing.
        path: the path of the file, empty for an array.

    Raises:
        ImageFileError: there are some in a file.
        ArgumentError: there are some in an array.
    """
    if samples.dtype.kind != "f":
        return
    bad = ~np.isfinite(samples).all(2)
    if missing is not None:
        bad &= ~missing
    if not bad.any():
        return
    advice = (
        "fill them in with inpaint, which without a mask takes NaN for missing"
        if missing is None
        else "add them to the mask, or leave the mask out: NaN is then what is missing"
    )
    kind, name, where = (ImageFileError, "input", f" of {path}") if path else (ArgumentError, "image", "")
    raise kind(f"`{name}` must be finite where it is seen, got NaN or infinity at {bad.sum()} pixels{where}; {advice}.")


def without(samples: np.ndarray, missing: np.ndarray | None, value: float) -> np.ndarray:
    """``samples`` (H, W) or (H, W, C) with ``value`` where they are missing."""
    if missing is None or not missing.any():
        return samples
    filled = samples.copy()
    filled[missing] = value
    return filled
