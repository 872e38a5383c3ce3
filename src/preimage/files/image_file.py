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
from preimage.files.scale import Scale, full_scale, scale_of
from preimage.files.seen import check_finite, check_mask_size, not_numbers, without

__all__ = ["ImageFile"]


@dataclass(frozen=True)
class ImageFile:
    """A grey or RGB picture and what surrounds it in its file.

    Samples ``v`` are ``(v - low) / (high - low)`` in ``pixels``, where ``scale`` (:class:`preimage.files.scale.Scale`)
    tells both: 0 to 255 for 8 bits; for 16 bits the range of 8, 10, 12, 14 or 16 bits that holds the largest sample.
    Floats are taken as they are, unless they leave [-0.5, 1.5]: then their range is mapped to [0, 1], and back on
    writing, like that of other integers. The picture is upright, as viewers show it. On writing it is turned back to
    the orientation in which it was stored, and the EXIF tag that tells viewers is kept; formats without EXIF get it
    upright. Transparency is carried along untouched.

    Attributes:
        pixels: float32 (C, H, W), C = 1 or 3, on the CPU.
        dtype: sample type of the file: bool (one bit), an integer of up to 32 bits, or a float.
        format: PNG, JPEG, TIFF, WEBP or BMP.
        alpha: (H, W) of type ``dtype``, or none.
        palette: whether the file holds at most 256 colours.
        scale: from samples to ``pixels``; that of all of ``dtype`` where it is left out.
        orientation: EXIF's, 1 to 8, in which the file stores the picture.
        luma_steps: the 64 quantisation steps of brightness of a JPEG file, row by row, while ``pixels`` are its own.
    """

    pixels: Tensor
    dtype: np.dtype
    format: str = "PNG"
    alpha: np.ndarray | None = None
    palette: bool = False
    scale: Scale | None = None
    metadata: Metadata = field(default_factory=Metadata)
    luma_steps: tuple[int, ...] = ()
    orientation: int = 1

    @property
    def sampling(self) -> Sampling:
        """How finely ``pixels`` were rounded when they were written."""
        scale = self._scale()
        step = 0.0 if self.dtype.kind == "f" else 1 / (scale.high - scale.low)
        return Sampling(step, self.luma_steps)

    @staticmethod
    def read(path: Path | str, bits: int | None = None, missing: np.ndarray | None = None) -> "ImageFile":
        """Decode ``path``.

        Args:
            bits: of the samples, 0 to ``2**bits - 1``, where the file has room for more.
            missing: bool (H, W), where samples of the upright picture say nothing: they are 0 in ``pixels``, whatever
                they are in the file.

        Raises:
            ImageFileError: the file is not a picture that can be restored; the message says why.
            ShapeError: ``missing`` is of another size.
            ArgumentError: ``bits`` are too few, or not for such samples.
        """
        return ImageFile._of_samples(read_samples(Path(path)), bits, missing, str(path))

    @staticmethod
    def from_array(array: np.ndarray, bits: int | None = None, missing: np.ndarray | None = None) -> "ImageFile":
        """A picture from an array (H, W) or (H, W, C), bool, uint8, uint16 or float; C = 2 and 4 end with transparency.

        Raises:
            ShapeError, ArgumentError: ``array`` is none of these, or not finite; see :meth:`read`.
        """
        if array.ndim not in (2, 3) or 0 in array.shape or (array.ndim == 3 and array.shape[2] > 4):
            raise ShapeError(
                f"`image` must have shape (H, W) or (H, W, 1 to 4), got {array.shape}; transpose or crop it."
            )
        if array.dtype.kind not in "buf" or (array.dtype.kind == "u" and array.dtype.itemsize > 2):
            raise ArgumentError(f"`image` must be bool, uint8, uint16 or float, got {array.dtype}; convert it.")
        return ImageFile._of_samples(split_channels("PNG", array), bits, missing)

    @staticmethod
    def missing_in(path: Path | str) -> np.ndarray:
        """Where the upright picture in ``path`` is NaN, bool (H, W)."""
        samples = read_samples(Path(path))
        return upright(not_numbers(samples.colour), orientation_of(samples.metadata.exif))

    def read_again(self, bits: int | None = None, missing: np.ndarray | None = None) -> "ImageFile":
        """The same picture read with ``bits`` and ``missing``, see :meth:`read`."""
        samples = Samples(self.format, self._samples(self.dtype), self.alpha)
        again = ImageFile._of_samples(samples, bits, missing)
        return replace(self, pixels=again.pixels, scale=again.scale)

    def notes(self) -> tuple[str, ...]:
        """What the user should know of how the samples were read."""
        scale = self._scale()
        if self.dtype.itemsize == 1 or not scale.bits or scale.bits == 8 * self.dtype.itemsize:
            return ()
        return (
            f"samples from 0 to {scale.high:.0f}, as of {scale.bits} bits, in a picture of {8 * self.dtype.itemsize} "
            "bits are taken for black to white; --bits tells another number",
        )

    def to_array(self) -> np.ndarray:
        """The samples, (H, W, C) of type ``dtype``, transparency last."""
        colour = self._samples(self.dtype)
        return colour if self.alpha is None else np.concatenate([colour, self.alpha[..., None]], axis=2)

    @staticmethod
    def _of_samples(
        samples: Samples, bits: int | None = None, missing: np.ndarray | None = None, path: str = ""
    ) -> "ImageFile":
        turn = orientation_of(samples.metadata.exif)
        colour = upright(samples.colour, turn)
        if missing is not None:
            check_mask_size(missing.shape, colour.shape[:2])
        check_finite(colour, missing, path)
        scale = scale_of(colour, None if missing is None else ~missing, bits)
        pixels = _to_pixels(without(colour, missing, scale.low), scale)
        alpha = None if samples.alpha is None else upright(samples.alpha, turn)
        return ImageFile(
            pixels, colour.dtype, samples.format, alpha, samples.palette, scale, samples.metadata, samples.luma_steps,
            turn,
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
        scale = self._scale() if dtype == self.dtype else full_scale(dtype)
        plain = metadata.without_profile()
        return replace(self, pixels=pixels, alpha=alpha, dtype=dtype, scale=scale, metadata=plain, luma_steps=())

    def pixels_of(self, path: Path | str) -> Tensor:
        """The pixels (C, H, W) of another file of the same samples on the scale of this one; 0 where they are NaN."""
        samples = read_samples(Path(path))
        colour = upright(samples.colour, orientation_of(samples.metadata.exif))
        return _to_pixels(without(colour, not_numbers(colour), self._scale().low), self._scale())

    def _scale(self) -> Scale:
        return full_scale(self.dtype) if self.scale is None else self.scale

    def _samples(self, dtype: np.dtype) -> np.ndarray:
        """(H, W, C) of type ``dtype``, channel by channel so that a large picture needs little memory."""
        scale = self._scale() if dtype == self.dtype else self._scale().converted(dtype)
        channels, height, width = self.pixels.shape
        out = np.empty((height, width, channels), dtype)
        for index, channel in enumerate(self.pixels):
            if not bool(torch.isfinite(channel).all()):
                raise ImageFileError("the restored picture holds NaN or infinity; it was not written.")
            out[..., index] = scale.samples(channel, dtype)
        return out


def _convert(alpha: np.ndarray, dtype: np.dtype) -> np.ndarray:
    if alpha.dtype == dtype:
        return alpha
    unit = torch.from_numpy(alpha / np.float32(full_scale(alpha.dtype).high))
    return full_scale(dtype).samples(unit, dtype)


def _to_pixels(samples: np.ndarray, scale: Scale) -> Tensor:
    height, width, channels = samples.shape
    out = torch.empty(channels, height, width)
    for index in range(channels):
        scale.fill(samples[..., index], out[index].numpy())
    return out


def _resample(alpha: np.ndarray, height: int, width: int) -> np.ndarray:
    if alpha.dtype.kind == "b":
        return _resample(alpha.astype(np.float32), height, width) >= 0.5
    unit = torch.from_numpy(alpha.astype(np.float32))[None, None]
    resized = torch.nn.functional.interpolate(unit, size=(height, width), mode="bilinear", align_corners=False)
    values = resized[0, 0].numpy()
    return np.rint(values).astype(alpha.dtype) if alpha.dtype.kind == "u" else values.astype(alpha.dtype)
