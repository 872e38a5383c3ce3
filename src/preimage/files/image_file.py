"""A picture read from a file, with everything needed to write it back alike."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ImageFileError, ShapeError
from preimage.files.image_read import Samples, read_samples, split_channels
from preimage.files.image_write import WITHOUT_EXIF, held_type, write_samples
from preimage.files.limits import format_of
from preimage.files.metadata import Metadata
from preimage.files.orientation import orientation_of, stored, upright
from preimage.files.sampling import Sampling

__all__ = ["ImageFile"]

# Float files are taken as they are up to here, and mapped to [0, 1] beyond.
_FLOAT_RANGE = (-0.5, 1.5)


@dataclass(frozen=True)
class ImageFile:
    """A grey or RGB picture and what surrounds it in its file.

    Integer samples ``v`` of ``n`` bits are ``v / (2**n - 1)`` in ``pixels``. Floats are taken as they are, unless they
    leave [-0.5, 1.5]: then their range is mapped to [0, 1], and back on writing. The picture is upright, as viewers
    show it. On writing it is turned back to the orientation in which it was stored, and the EXIF tag that tells viewers
    is kept; formats without EXIF get it upright. Transparency is carried along untouched.

    Attributes:
        pixels: float32 (C, H, W), C = 1 or 3, on the CPU.
        dtype: sample type of the file: bool (one bit), uint8, uint16 or a float.
        format: PNG, JPEG, TIFF, WEBP or BMP.
        alpha: (H, W) of type ``dtype``, or none.
        palette: whether the file holds at most 256 colours.
        low, high: the samples that are 0 and 1 in ``pixels``.
        orientation: EXIF's, 1 to 8, in which the file stores the picture.
        luma_steps: the 64 quantisation steps of brightness of a JPEG file, row by row, while ``pixels`` are its own.
    """

    pixels: Tensor
    dtype: np.dtype
    format: str = "PNG"
    alpha: np.ndarray | None = None
    palette: bool = False
    low: float = 0.0
    high: float = 1.0
    metadata: Metadata = field(default_factory=Metadata)
    luma_steps: tuple[int, ...] = ()
    orientation: int = 1

    @property
    def sampling(self) -> Sampling:
        """How finely ``pixels`` were rounded when they were written."""
        step = 0.0 if self.dtype.kind == "f" else 1 / (self.high - self.low)
        return Sampling(step, self.luma_steps)

    @staticmethod
    def read(path: Path | str) -> "ImageFile":
        """Decode ``path``.

        Raises:
            ImageFileError: the file is not a picture that can be restored; the message says why.
        """
        return ImageFile._of_samples(read_samples(Path(path)))

    @staticmethod
    def from_array(array: np.ndarray) -> "ImageFile":
        """A picture from an array (H, W) or (H, W, C), bool, uint8, uint16 or float; C = 2 and 4 end with transparency.

        Raises:
            ShapeError, ArgumentError: ``array`` is none of these, or not finite.
        """
        if array.ndim not in (2, 3) or 0 in array.shape or (array.ndim == 3 and array.shape[2] > 4):
            raise ShapeError(
                f"`image` must have shape (H, W) or (H, W, 1 to 4), got {array.shape}; transpose or crop it."
            )
        if array.dtype.kind not in "buf" or (array.dtype.kind == "u" and array.dtype.itemsize > 2):
            raise ArgumentError(f"`image` must be bool, uint8, uint16 or float, got {array.dtype}; convert it.")
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ArgumentError("`image` must be finite, got NaN or infinity; replace those pixels first.")
        return ImageFile._of_samples(split_channels("PNG", array))

    def to_array(self) -> np.ndarray:
        """The samples, (H, W, C) of type ``dtype``, transparency last."""
        colour = self._samples(self.dtype)
        return colour if self.alpha is None else np.concatenate([colour, self.alpha[..., None]], axis=2)

    @staticmethod
    def _of_samples(samples: Samples) -> "ImageFile":
        low, high = _range(samples.colour)
        turn = orientation_of(samples.metadata.exif)
        pixels = _to_pixels(upright(samples.colour, turn), low, high)
        alpha = None if samples.alpha is None else upright(samples.alpha, turn)
        return ImageFile(
            pixels, samples.colour.dtype, samples.format, alpha, samples.palette, low, high, samples.metadata,
            samples.luma_steps, turn,
        )  # fmt: skip

    def write(self, path: Path | str, overwrite: bool = False, quality: int | None = None) -> list[str]:
        """Encode to ``path``, in the format of its suffix, whole or not at all; ``quality`` is that of JPEG and WebP.

        Returns:
            notes on what the format cannot hold, such as 16 bits in a JPEG.

        Raises:
            ImageFileError: it cannot be written, exists, or the format cannot hold transparency.
        """
        kind = format_of(Path(path))
        dtype = held_type(kind, self.dtype)
        alpha = None if self.alpha is None else _convert(self.alpha, dtype)
        turn = 1 if kind in WITHOUT_EXIF else self.orientation
        colour, alpha = stored(self._samples(dtype), turn), None if alpha is None else stored(alpha, turn)
        notes = write_samples(Path(path), Samples(kind, colour, alpha, self.palette, self.metadata), overwrite, quality)
        if dtype == self.dtype:
            return notes
        bits = 8 * dtype.itemsize
        return [
            *notes,
            f"{kind} holds {bits} bits a sample at most: the {self.dtype.name} samples were rounded to {bits} bits",
        ]

    def as_stored(self) -> "ImageFile":
        """The same picture, not turned: for a mosaic, whose pattern is that of the stored samples."""
        colour = stored(self.pixels.permute(1, 2, 0).numpy(), self.orientation)
        alpha = None if self.alpha is None else stored(self.alpha, self.orientation)
        return replace(self, pixels=torch.from_numpy(colour).permute(2, 0, 1).contiguous(), alpha=alpha, orientation=1)

    def with_pixels(self, pixels: Tensor) -> "ImageFile":
        """The same file with other pixels (C, H, W); a transparency of another size is resampled to fit.

        A grey file given three channels becomes a colour file, without the profile of grey.
        """
        alpha, coloured = self.alpha, pixels.shape[0] > self.pixels.shape[0]
        metadata = self.metadata.resized(self.pixels.shape, pixels.shape, turned=self.orientation > 4)
        if alpha is not None and alpha.shape != tuple(pixels.shape[-2:]):
            alpha = _resample(alpha, pixels.shape[-2], pixels.shape[-1])
        if not coloured:
            return replace(self, pixels=pixels, alpha=alpha, metadata=metadata, luma_steps=())
        dtype = np.dtype(np.uint8) if self.dtype.kind == "b" else self.dtype
        low, high = _limits(dtype) if dtype != self.dtype else (self.low, self.high)
        plain = metadata.without_profile()
        return replace(self, pixels=pixels, alpha=alpha, dtype=dtype, low=low, high=high, metadata=plain, luma_steps=())

    def _samples(self, dtype: np.dtype) -> np.ndarray:
        """(H, W, C) of type ``dtype``, channel by channel so that a large picture needs little memory."""
        low, high = (self.low, self.high) if dtype == self.dtype else _limits(dtype)
        channels, height, width = self.pixels.shape
        out = np.empty((height, width, channels), dtype)
        for index, channel in enumerate(self.pixels):
            if not bool(torch.isfinite(channel).all()):
                raise ImageFileError("the restored picture holds NaN or infinity; it was not written.")
            out[..., index] = _from_unit(channel, dtype, low, high)
        return out


def _limits(dtype: np.dtype) -> tuple[float, float]:
    return 0.0, float(np.iinfo(dtype).max) if dtype.kind == "u" else 1.0


def _convert(alpha: np.ndarray, dtype: np.dtype) -> np.ndarray:
    if alpha.dtype == dtype:
        return alpha
    unit = torch.from_numpy(alpha / np.float32(_limits(alpha.dtype)[1]))
    return _from_unit(unit, dtype, *_limits(dtype))


def _range(samples: np.ndarray) -> tuple[float, float]:
    if samples.dtype.kind != "f":
        return _limits(samples.dtype)
    low, high = float(samples.min()), float(samples.max())
    if low >= _FLOAT_RANGE[0] and high <= _FLOAT_RANGE[1]:
        return 0.0, 1.0
    return (low, high) if high > low else (low, low + max(1.0, abs(low)))


def _to_pixels(samples: np.ndarray, low: float, high: float) -> Tensor:
    height, width, channels = samples.shape
    out = torch.empty(channels, height, width)
    for index in range(channels):
        plane = out[index].numpy()
        if samples.dtype.kind == "f" and (low, high) != (0.0, 1.0):  # float32 would lose small ranges and large values
            plane[...] = (samples[..., index].astype(np.float64) - low) / (high - low)
            continue
        np.subtract(samples[..., index], low, out=plane, casting="unsafe", dtype=plane.dtype)
        plane /= high - low
    return out


def _from_unit(channel: Tensor, dtype: np.dtype, low: float, high: float) -> np.ndarray:
    values = channel.detach().to("cpu", torch.float32).numpy()
    if dtype.kind == "b":
        return values >= 0.5
    if dtype.kind == "u":
        scaled = values * np.float32(high)
        return np.rint(np.clip(scaled, 0, high, out=scaled), out=scaled).astype(dtype)
    return (values * np.float64(high - low) + low).astype(dtype)


def _resample(alpha: np.ndarray, height: int, width: int) -> np.ndarray:
    if alpha.dtype.kind == "b":
        return _resample(alpha.astype(np.float32), height, width) >= 0.5
    unit = torch.from_numpy(alpha.astype(np.float32))[None, None]
    resized = torch.nn.functional.interpolate(unit, size=(height, width), mode="bilinear", align_corners=False)
    values = resized[0, 0].numpy()
    return np.rint(values).astype(alpha.dtype) if alpha.dtype.kind == "u" else values.astype(alpha.dtype)
