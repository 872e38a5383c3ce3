"""Where pixels are missing: masks as users have them."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError
from preimage.files import ImageFile

__all__ = ["mask_notes", "read_mask"]

# Neither black nor white, and how much of a mask may be.
_BLACK, _WHITE, _MOST_BETWEEN = 0.1, 0.9, 0.25


def read_mask(mask: str | Path | np.ndarray | Tensor, white: str = "missing") -> Tensor:
    """Where pixels are missing, bool (H, W): from an array, or from an image file.

    White in a file is what is opaque where other parts of it are transparent, whatever the colours; else the larger of
    two values, whatever they are, or what is over one half where there are more. In an array it is the larger of two
    values, and where there are more, integers that are not 0 or floats over 0.5.

    Raises:
        ImageFileError: the file cannot be read.
        ShapeError: an array is not two-dimensional.
        ArgumentError: ``white`` is neither ``missing`` nor ``seen``; the file is a photograph; the array has NaN, or
            more than two values of which none is 0.
    """
    if white not in ("missing", "seen"):
        raise ArgumentError(f"`white` must be missing or seen, got {white!r}; it is what white in the mask stands for.")
    missing = _of_picture(ImageFile.read(mask)) if isinstance(mask, (str, Path)) else _of_array(torch.as_tensor(mask))
    return missing if white == "missing" else ~missing


def mask_notes(mask: str | Path | np.ndarray | Tensor) -> tuple[str, ...]:
    """What the user should know of a mask file that is not only black and white."""
    if not isinstance(mask, (str, Path)):
        return ()
    file = ImageFile.read(mask)
    if _is_clear_in_parts(file) or _two(file.pixels.mean(0)) is not None:
        return ()
    share = _between(file.pixels.mean(0))
    return (f"{100 * share:.1f} % of the mask is grey: what is over one half counts as white",) if share > 0 else ()


def _of_array(values: Tensor) -> Tensor:
    if values.ndim != 2:
        raise ShapeError(f"`mask` must have shape (H, W), got {tuple(values.shape)}; give one for all channels.")
    if values.dtype == torch.bool:
        return values
    if bool(values.isnan().any()):
        raise ArgumentError("`mask` must be finite, got NaN; make it true where pixels are missing.")
    larger = _two(values)
    if larger is not None:
        return larger
    if not values.is_floating_point() and values.numel() and bool((values != 0).all()) and values.min() < values.max():
        raise ArgumentError(
            "`mask` must have two values, or 0 where pixels are seen, got several without 0; make it true where pixels "
            "are missing."
        )
    return values > 0.5 if values.is_floating_point() else values != 0


def _of_picture(file: ImageFile) -> Tensor:
    if _is_clear_in_parts(file):
        assert file.alpha is not None
        return torch.from_numpy(file.alpha.astype(np.float64) > file.alpha.max() / 2)
    grey = file.pixels.mean(0)
    larger = _two(grey)
    if larger is not None:
        return larger
    between = _between(grey)
    if between > _MOST_BETWEEN:
        raise ArgumentError(
            f"`mask` must be black and white, got a picture of which {100 * between:.0f} % is neither; paint the "
            "missing pixels white on black in a picture of their own."
        )
    return grey > 0.5


def _is_clear_in_parts(file: ImageFile) -> bool:
    """Whether there are strokes on a transparent ground."""
    return file.alpha is not None and bool(file.alpha.max() > 0) and bool((file.alpha <= file.alpha.max() / 2).any())


def _two(values: Tensor) -> Tensor | None:
    """Where ``values`` are the larger one of two; ``None`` where there are not exactly two."""
    if not values.numel():
        return None
    low, high = values.min(), values.max()
    is_two = bool(low < high) and bool(((values == low) | (values == high)).all())
    return values == high if is_two else None


def _between(grey: Tensor) -> float:
    """The share that is neither black nor white."""
    return float(((grey > _BLACK) & (grey < _WHITE)).float().mean())
