"""Pictures as they are compared: on one scale, and treated as published figures are."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage.errors import ImageFileError, ShapeError
from preimage.files import ImageFile, open_image
from preimage.files.samples.scale import SampleScale, full_scale

__all__ = ["Treatment", "read_pair"]

# ITU-R BT.601 in the range of a studio, as published figures of super-resolution take it: 16 to 235 of 255.
_LUMINANCE, _BLACK = (65.481 / 255, 128.553 / 255, 24.966 / 255), 16 / 255


@dataclass(frozen=True)
class Treatment:
    """What is done to both pictures before they are compared, in this order.

    Args:
        rounded: values are clipped to [0, 1] and rounded to multiples of 1/255, like those of a file of 8 bits.
        luminance: RGB is replaced by ``(65.481 R + 128.553 G + 24.966 B + 16) / 255``, as in figures of
            super-resolution; grey stays as it is.
        crop: so many pixels are cut off at each side.

    Raises:
        ArgumentError: ``crop`` is negative or no integer.
    """

    rounded: bool = False
    luminance: bool = False
    crop: int = 0

    def __post_init__(self) -> None:
        check_count("crop", self.crop, "give a number of pixels", least=0)

    def apply(self, x: Tensor, path: Path) -> Tensor:
        """The picture (1, C, ..., H, W) as it is compared.

        Args:
            x: a picture.
            path: its file, for messages.

        Raises:
            ShapeError: nothing is left of it, or it has no luminance.
        """
        if self.rounded:
            x = (255 * x.clamp(0, 1)).round() / 255
        if self.luminance and x.shape[1] != 1:
            if x.shape[1] != 3:
                raise ShapeError(
                    f"`y` must be given for grey and RGB only, got {x.shape[1]} channels in {path}; drop it."
                )
            x = sum(
                (weight * x[:, c : c + 1] for c, weight in enumerate(_LUMINANCE)), torch.full_like(x[:, :1], _BLACK)
            )
        if 2 * self.crop >= min(x.shape[-2:]):
            raise ShapeError(f"`crop` must leave something of {path}, {told_size(x)}, got {self.crop}; cut less.")
        return x[..., self.crop : x.shape[-2] - self.crop, self.crop : x.shape[-1] - self.crop]

    def notes(self) -> list[str]:
        """What was done, for reports."""
        told = {
            "clipped to [0, 1] and rounded to 8 bits": self.rounded,
            "luminance of RGB (ITU-R BT.601, 16 to 235)": self.luminance,
            f"{self.crop} pixels cut off at each side": self.crop,
        }
        return [text for text, is_done in told.items() if is_done]


def read_pair(result: Path, reference: Path | None, treatment: Treatment) -> tuple[Tensor, Tensor | None]:
    """The result and its reference (1, C, H, W), or (1, C, D, H, W) of arrays, on the scale of the reference.

    Raises:
        ImageFileError: a file cannot be read, or the two cannot be brought to one scale.
        ShapeError: their sizes differ.
    """
    found = _read(result)
    if reference is None:
        return treatment.apply(found.values, result), None
    truth = _read(reference)
    x_hat = treatment.apply(_on_scale_of(found, truth, result, reference), result)
    x = treatment.apply(truth.values, reference)
    if x_hat.shape != x.shape:
        raise ShapeError(
            f"{result} is {told_size(x_hat)}, its reference {reference} {told_size(x)}; crop, resize or convert one."
        )
    return x_hat, x


def told_size(x: Tensor) -> str:
    """``640x480, 3 channels``: width, height, depth and channels."""
    channels = "1 channel" if x.shape[1] == 1 else f"{x.shape[1]} channels"
    return f"{'x'.join(str(size) for size in reversed(x.shape[2:]))}, {channels}"


@dataclass(frozen=True)
class _Picture:
    """Values (1, C, ...) with the scales by which they were made, that of the colours and those of further bands."""

    values: Tensor
    dtype: np.dtype
    scales: tuple[SampleScale, ...]


def _read(path: Path) -> _Picture:
    source = open_image(path)
    if source.format.is_picture:
        file = ImageFile.read(path)
        base = file.scale or full_scale(file.dtype)
        return _Picture(file.pixels[None], file.dtype, (base, *file.band_scales))
    values = torch.from_numpy(np.moveaxis(source.read().colour, -1, 0)[None].copy())
    if not (values.is_floating_point() or values.is_complex()):
        scale = full_scale(source.dtype)
        return _Picture((values.double() / scale.high).float(), source.dtype, (scale,))
    if not bool(values.isfinite().all()):
        raise ImageFileError(f"{path} holds NaN or infinity, which have no score; fill them in.")
    return _Picture(values, source.dtype, (SampleScale(),))


def _on_scale_of(found: _Picture, truth: _Picture, result: Path, reference: Path) -> Tensor:
    if found.scales == truth.scales:
        return found.values.to(truth.values.dtype)
    if found.dtype == truth.dtype and len(found.scales) == len(truth.scales):
        base = found.values.shape[1] - len(found.scales) + 1
        parts = [found.values[:, :base], *found.values[:, base:].split(1, 1)][: len(found.scales)]
        pairs = zip(parts, found.scales, truth.scales, strict=True)
        return torch.cat([_rescaled(part, old, new) for part, old, new in pairs], 1)
    for picture, path in ((found, result), (truth, reference)):
        # The range of other integers, and of floats beyond that of a picture, is found from the samples themselves.
        if not all(scale.bits or (scale.low, scale.high) == (0, 1) for scale in picture.scales):
            raise ImageFileError(
                f"{path} holds {picture.dtype} samples of a range of its own, and {_other(path, result, reference)} "
                "another type; convert one to the type of the other."
            )
    return found.values.to(truth.values.dtype)


def _rescaled(values: Tensor, old: SampleScale, new: SampleScale) -> Tensor:
    samples = values.double() * (old.high - old.low) + old.low
    return ((samples - new.low) / (new.high - new.low)).to(values.dtype)


def _other(path: Path, result: Path, reference: Path) -> Path:
    return reference if path == result else result
