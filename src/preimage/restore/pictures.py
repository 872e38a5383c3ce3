"""Pictures in the kinds that callers have them: a path, an array, a tensor; results come back in the same kind."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError
from preimage.files.digest import file_sha256
from preimage.files.image_file import ImageFile
from preimage.files.sampling import Sampling

__all__ = ["Picture", "Pictures", "open_pictures"]

Picture = Path | str | ImageFile | np.ndarray | Tensor


@dataclass(frozen=True)
class Pictures:
    """One or more pictures, float32 (C, H, W) each, and the way back.

    Attributes:
        pixels: the pictures.
        rebuild: turns restored pictures into what was given.
        source: path and sha256 for the record.
        sampling: how finely they were rounded before they came here.
    """

    pixels: Sequence[Tensor]
    rebuild: Callable[[Sequence[Tensor]], Any]
    source: dict[str, str]
    sampling: Sampling = field(default_factory=Sampling)


def open_pictures(image: Picture, as_stored: bool = False) -> Pictures:
    """Read or convert ``image``.

    A path gives an :class:`ImageFile`; an array (H, W) or (H, W, C) of integers or floats, or a float tensor
    (C, H, W) or (B, C, H, W), gives one of the same type. Arrays with 2 or 4 channels end with transparency.
    Files are upright, as viewers show them, unless ``as_stored``.

    Raises:
        ImageFileError: the file is no picture that can be restored.
        ShapeError, ArgumentError: the array is none.
    """
    if isinstance(image, (str, Path)):
        path = Path(image)
        file = ImageFile.read(path)
        return _of_file(
            file.as_stored() if as_stored else file, {"path": str(path.resolve()), "sha256": file_sha256(path)}
        )
    if isinstance(image, ImageFile):
        return _of_file(
            image.as_stored() if as_stored else image, {"path": "", "sha256": _digest(image.pixels.numpy())}
        )
    if isinstance(image, np.ndarray):
        file = ImageFile.from_array(image)
        flat = image.ndim == 2
        return Pictures(
            [file.pixels],
            lambda restored: _to_array(file.with_pixels(restored[0]), flat),
            {"path": "", "sha256": _digest(image)},
            file.sampling,
        )
    if isinstance(image, Tensor):
        return _of_tensor(image)
    raise ArgumentError(f"`image` must be a path, an array or a tensor, got {type(image).__name__}; convert it.")


def _of_file(file: ImageFile, source: dict[str, str]) -> Pictures:
    return Pictures([file.pixels], lambda restored: file.with_pixels(restored[0]), source, file.sampling)


def _of_tensor(image: Tensor) -> Pictures:
    if image.ndim not in (3, 4) or image.shape[-3] not in (1, 3) or not image.is_floating_point():
        raise ShapeError(
            f"`image` must be a float tensor (C, H, W) or (B, C, H, W) with C = 1 or 3 and values in [0, 1], got "
            f"{image.dtype} {tuple(image.shape)}; convert it."
        )
    if not bool(torch.isfinite(image).all()):
        raise ArgumentError("`image` must be finite, got NaN or infinity; replace those pixels first.")
    batch = image if image.ndim == 4 else image[None]

    def rebuild(restored: Sequence[Tensor]) -> Tensor:
        stacked = torch.stack(list(restored)).to(image)
        return stacked if image.ndim == 4 else stacked[0]

    return Pictures(
        list(batch.detach().float()), rebuild, {"path": "", "sha256": _digest(image.detach().cpu().numpy())}
    )


def _to_array(file: ImageFile, flat: bool) -> np.ndarray:
    array = file.to_array()
    return array[..., 0] if flat and array.shape[-1] == 1 else array


def _digest(array: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
