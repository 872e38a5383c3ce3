"""Pictures in the kinds that callers have them: a path, an array, a tensor; results come back in the same kind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError
from preimage.files import ImageFile
from preimage.files.digest import array_sha256, file_sha256
from preimage.files.samples.sampling import Sampling
from preimage.files.samples.seen import check_finite, check_mask_size, not_numbers

__all__ = ["Picture", "Pictures", "Reading", "missing_in", "open_pictures"]

Picture = Path | str | ImageFile | np.ndarray | Tensor


@dataclass(frozen=True)
class Reading:
    """How samples become pixels.

    Attributes:
        as_stored: whether files are left as stored instead of turned upright.
        missing: bool (H, W), where samples say nothing: they are 0 in pixels, and count for nothing.
        bits: the number of bits of samples, where they are known.
    """

    as_stored: bool = False
    missing: Tensor | None = None
    bits: int | None = None

    def hidden(self) -> np.ndarray | None:
        """``missing`` as an array."""
        return None if self.missing is None else self.missing.cpu().numpy()


@dataclass(frozen=True)
class Pictures:
    """One or more pictures, float32 (C, H, W) each, and the way back.

    Attributes:
        pixels: the pictures: of a file its parts, grey or RGB and each further band.
        rebuild: turns restored pictures, or a single one, into what was given.
        source: path and sha256 for the record.
        samplings: how finely each was rounded before it came here.
        bands: how many of them are further bands of one file.
        notes: what the user should know of how they were read.
    """

    pixels: Sequence[Tensor]
    rebuild: Callable[[Sequence[Tensor]], Any]
    source: dict[str, str]
    samplings: Sequence[Sampling]
    bands: int = 0
    notes: tuple[str, ...] = ()


def open_pictures(image: Picture, reading: Reading | None = None) -> Pictures:
    """Read or convert ``image``.

    A path gives an :class:`ImageFile`; an array (H, W) or (H, W, C) of integers or floats, or a float tensor
    (C, H, W) or (B, C, H, W), gives one of the same type. Arrays with 2 or 4 channels end with transparency.

    Raises:
        ImageFileError: the file is no picture that can be restored.
        ShapeError, ArgumentError: the array is none, or the mask or the bits do not suit it.
    """
    reading = Reading() if reading is None else reading
    hidden = reading.hidden()
    if isinstance(image, (str, Path)):
        path = Path(image)
        file = ImageFile.read(path, reading.bits, hidden)
        return _of_file(file, reading, {"path": str(path.resolve()), "sha256": file_sha256(path)})
    if isinstance(image, ImageFile):
        source = {"path": "", "sha256": array_sha256(image.pixels.numpy())}
        given = reading.bits is not None or hidden is not None
        return _of_file(image.read_again(reading.bits, hidden) if given else image, reading, source)
    if isinstance(image, np.ndarray):
        file = ImageFile.from_array(image, reading.bits, hidden)
        flat = image.ndim == 2
        return Pictures(
            [file.pixels],
            lambda restored: _to_array(file.with_pixels(restored[0]), flat),
            {"path": "", "sha256": array_sha256(image)},
            file.samplings(),
            notes=file.notes(),
        )
    if isinstance(image, Tensor):
        return _of_tensor(image, reading)
    raise ArgumentError(f"`image` must be a path, an array or a tensor, got {type(image).__name__}; convert it.")


def missing_in(image: Picture) -> Tensor:
    """Where the samples of ``image`` are NaN, bool (H, W): a pixel is missing where any of its channels is.

    Raises:
        ArgumentError: nothing is missing, or not the same in all pictures of a batch.
        ImageFileError: the file cannot be read.
    """
    if isinstance(image, Tensor):
        each = image.detach().isnan().any(-3).reshape(-1, *image.shape[-2:])
        if not bool((each == each[:1]).all()):
            raise ArgumentError("`image` must be NaN at the same pixels in a whole batch, got others; give a mask.")
        missing = each[0].cpu()
    elif isinstance(image, np.ndarray):
        missing = torch.from_numpy(not_numbers(image.reshape(*image.shape[:2], -1)))
    elif isinstance(image, ImageFile):
        missing = torch.zeros(image.pixels.shape[-2:], dtype=torch.bool)
    else:
        missing = torch.from_numpy(ImageFile.missing_in(image))
    if not bool(missing.any()):
        raise ArgumentError(
            "`mask` (--mask) must be given for a picture without NaN, got none; name one that is white where pixels "
            "are missing."
        )
    return missing


def _of_file(file: ImageFile, reading: Reading, source: dict[str, str]) -> Pictures:
    file = file.as_stored() if reading.as_stored else file
    return Pictures(file.parts(), file.with_parts, source, file.samplings(), file.bands, file.notes())


def _of_tensor(image: Tensor, reading: Reading) -> Pictures:
    if image.ndim not in (3, 4) or image.shape[-3] not in (1, 3) or not image.is_floating_point():
        raise ShapeError(
            f"`image` must be a float tensor (C, H, W) or (B, C, H, W) with C = 1 or 3 and values in [0, 1], got "
            f"{image.dtype} {tuple(image.shape)}; convert it."
        )
    if reading.bits is not None:
        raise ArgumentError(f"`bits` must be left out for a tensor, got {reading.bits}; its values are in [0, 1].")
    batch = (image if image.ndim == 4 else image[None]).detach()
    hidden = reading.hidden()
    if hidden is not None:
        check_mask_size(hidden.shape, tuple(batch.shape[-2:]))
        batch = batch.masked_fill(torch.from_numpy(hidden).to(batch.device), 0)
    for picture in batch:
        check_finite(picture.cpu().float().permute(1, 2, 0).numpy(), hidden)

    def rebuild(restored: Sequence[Tensor]) -> Tensor:
        stacked = torch.stack(list(restored)).to(image)
        return stacked if image.ndim == 4 else stacked[0]

    source = {"path": "", "sha256": array_sha256(image.detach().cpu().numpy())}
    return Pictures(list(batch.float()), rebuild, source, [Sampling()] * len(batch))


def _to_array(file: ImageFile, flat: bool) -> np.ndarray:
    array = file.to_array()
    return array[..., 0] if flat and array.shape[-1] == 1 else array
