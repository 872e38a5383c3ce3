"""A picture read from a file, with everything needed to write it back alike."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ImageFileError, ShapeError
from preimage.files.limits import output_format
from preimage.files.metadata.carried import Metadata
from preimage.files.metadata.orientation import orientation_of, turn_as_stored, upright
from preimage.files.samples.alpha import clipped_to, converted_alpha, resized_alpha, without_alpha
from preimage.files.samples.samples import Samples, split_channels
from preimage.files.samples.sampling import Sampling
from preimage.files.samples.scale import SampleScale, full_scale, scale_notes, scale_of
from preimage.files.samples.seen import check_finite, check_mask_size, not_numbers, without
from preimage.files.source import read_samples
from preimage.files.writing import rounding_notes, write_samples

__all__ = ["ImageFile"]


@dataclass(frozen=True)
class ImageFile:
    """A grey or RGB picture, with further bands or without, and what surrounds it in its file.

    Samples ``v`` are ``(v - low) / (high - low)`` in ``pixels``, where ``scale`` (a
    :class:`preimage.files.samples.scale.SampleScale`) tells both: 0 to 255 for 8 bits; for 16 bits the range of 8, 10,
    12, 14 or 16 bits that holds the largest sample. Floats are taken as they are, unless they leave [-0.5, 1.5]: then
    their range is mapped to [0, 1], and back on writing, like that of other integers. The picture is upright, as
    viewers show it. On writing it is turned back to the orientation in which it was stored, and the EXIF tag that tells
    viewers is kept; formats without EXIF get it upright. Transparency is carried along untouched.

    Of the samples that a TIFF has behind grey or RGB, those it declares as transparency are that; all others are bands
    of the picture, such as near infrared, and each has a scale of its own.

    Attributes:
        pixels: float32 (C, H, W) on the CPU: grey or RGB, then bands.
        dtype: sample type of the file: bool (one bit), an integer of up to 32 bits, or a float.
        format: PNG, JPEG, TIFF, WEBP or BMP.
        alpha: (H, W) of type ``dtype``, or none.
        palette: whether the file holds at most 256 colours.
        scale: from samples to ``pixels``; that of all of ``dtype`` where it is left out.
        metadata: what the file carries besides its samples, such as EXIF and the colour profile.
        extras: what stands behind grey or RGB in the file, in its order: 0 for a band, 1 for transparency by which the
            colours are multiplied, 2 for other transparency. Empty stands for ``alpha`` alone, of kind 2.
        band_scales: those of the bands, like ``scale``.
        left_out: how many reduced copies or further pictures the file holds beside.
        orientation: EXIF's, 1 to 8, in which the file stores the picture.
        luma_steps: the 64 quantisation steps of brightness of a JPEG file, row by row, while ``pixels`` are its own.
    """

    pixels: Tensor
    dtype: np.dtype
    format: str = "PNG"
    alpha: np.ndarray | None = None
    palette: bool = False
    scale: SampleScale | None = None
    metadata: Metadata = field(default_factory=Metadata)
    luma_steps: tuple[int, ...] = ()
    orientation: int = 1
    extras: tuple[int, ...] = ()
    band_scales: tuple[SampleScale, ...] = ()
    left_out: int = 0

    @property
    def bands(self) -> int:
        """How many channels of ``pixels`` stand behind grey or RGB."""
        return self.extras.count(0)

    def parts(self) -> list[Tensor]:
        """The pictures of which ``pixels`` consist: grey or RGB (C, H, W), and each band (1, H, W)."""
        base = len(self.pixels) - self.bands
        return [self.pixels[:base], *self.pixels[base:].split(1)] if self.bands else [self.pixels]

    def samplings(self) -> list[Sampling]:
        """How finely each of the parts was rounded when it was written."""
        steps = [0.0 if self.dtype.kind == "f" else 1 / (scale.high - scale.low) for scale in self._scales()]
        return [Sampling(step, self.luma_steps) for step in steps]

    @staticmethod
    def read(path: Path | str, bits: int | None = None, missing: np.ndarray | None = None) -> "ImageFile":
        """Decode ``path``.

        Args:
            bits: the number of bits of the samples, 0 to ``2**bits - 1``, where the file has room for more.
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
        """A picture from an array (H, W) or (H, W, C) of bool, integers of up to 32 bits or floats.

        C = 2 and 4 end with transparency.

        Raises:
            ShapeError, ArgumentError: ``array`` is none of these, or not finite; see :meth:`read`.
        """
        if array.ndim not in (2, 3) or 0 in array.shape or (array.ndim == 3 and array.shape[2] > 4):
            raise ShapeError(
                f"`image` must have shape (H, W) or (H, W, 1 to 4), got {array.shape}; transpose or crop it."
            )
        if array.dtype.kind not in "biuf" or (array.dtype.kind in "iu" and array.dtype.itemsize > 4):
            raise ArgumentError(
                f"`image` must be bool, integers of up to 32 bits or floats, got {array.dtype}; convert it."
            )
        native = array.astype(array.dtype.newbyteorder("="), copy=False)
        return ImageFile._of_samples(split_channels("PNG", native), bits, missing)

    @staticmethod
    def missing_in(path: Path | str) -> np.ndarray:
        """Where the upright picture in ``path`` is NaN, bool (H, W)."""
        samples = read_samples(Path(path))
        return upright(not_numbers(samples.colour), orientation_of(samples.metadata.exif))

    def read_again(self, bits: int | None = None, missing: np.ndarray | None = None) -> "ImageFile":
        """The same picture read with ``bits`` and ``missing``, see :meth:`read`."""
        samples = Samples(self.format, self._samples(self.dtype), self.alpha, extras=self.extras)
        again = ImageFile._of_samples(samples, bits, missing)
        return replace(self, pixels=again.pixels, scale=again.scale, band_scales=again.band_scales)

    def notes(self) -> tuple[str, ...]:
        """What the user should know of how the samples were read."""
        beside = f"{self.left_out} smaller or further pictures in the file are left out"
        return (*((beside,) if self.left_out else ()), *scale_notes(self._scales(), self.dtype))

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
        alpha = None if samples.alpha is None else upright(samples.alpha, turn)
        base, seen = colour.shape[2] - samples.extras.count(0), None if missing is None else ~missing
        bits = samples.bits if bits is None else bits
        # Colours multiplied by transparency have its scale.
        whole = [alpha[..., None]] if alpha is not None and 1 in samples.extras else []
        scales = [scale_of([colour[..., :base], *whole], seen, bits)]
        scales += [scale_of([colour[..., at : at + 1]], seen, bits) for at in range(base, colour.shape[2])]
        return ImageFile(
            _to_pixels(colour, scales, missing), colour.dtype, samples.format, alpha, samples.palette, scales[0],
            samples.metadata, samples.luma_steps, turn, samples.extras, tuple(scales[1:]), samples.left_out,
        )  # fmt: skip

    def write(self, path: Path | str, overwrite: bool = False, quality: int | None = None) -> list[str]:
        """Encode to ``path``, in the format of its suffix, whole or not at all; ``quality`` is that of JPEG and WebP.

        Returns:
            notes on what the format cannot hold, such as 16 bits in a JPEG.

        Raises:
            ImageFileError: it cannot be written, exists, or the format cannot hold transparency.
        """
        output = output_format(Path(path))
        dtype = output.holds.nearest(self.dtype)
        file = self if output.holds.bands else self._straight()
        alpha = None if self.alpha is None else converted_alpha(self.alpha, dtype)
        turn = self.orientation if output.holds.orientation else 1
        colour, alpha = (
            turn_as_stored(file._samples(dtype), turn),
            None if alpha is None else turn_as_stored(alpha, turn),
        )
        samples = Samples(output.name, colour, alpha, self.palette, self.metadata, extras=file.extras)
        notes = write_samples(Path(path), samples, overwrite, quality)
        return [*rounding_notes(output, self.dtype, self._scales()[0]), *notes]

    def as_stored(self) -> "ImageFile":
        """The same picture, not turned: for a mosaic, whose pattern is that of the stored samples."""
        colour = turn_as_stored(self.pixels.permute(1, 2, 0).numpy(), self.orientation)
        alpha = None if self.alpha is None else turn_as_stored(self.alpha, self.orientation)
        return replace(self, pixels=torch.from_numpy(colour).permute(2, 0, 1).contiguous(), alpha=alpha, orientation=1)

    def with_pixels(self, pixels: Tensor) -> "ImageFile":
        """The same file with other pixels (C, H, W); a transparency of another size is resampled to fit.

        A grey file given three channels becomes a colour file, without the profile of grey.
        """
        alpha, coloured = self.alpha, pixels.shape[0] > self.pixels.shape[0]
        metadata = self.metadata.resized(self.pixels.shape, pixels.shape, turned=self.orientation > 4)
        if alpha is not None and alpha.shape != tuple(pixels.shape[-2:]):
            alpha = resized_alpha(alpha, pixels.shape[-2], pixels.shape[-1])
        if not coloured:
            return replace(self, pixels=pixels, alpha=alpha, metadata=metadata, luma_steps=())
        dtype = np.dtype(np.uint8) if self.dtype.kind == "b" else self.dtype
        scale = self._scales()[0] if dtype == self.dtype else full_scale(dtype)
        plain = metadata.without_profile()
        return replace(self, pixels=pixels, alpha=alpha, dtype=dtype, scale=scale, metadata=plain, luma_steps=())

    def with_parts(self, parts: Sequence[Tensor]) -> "ImageFile":
        """The same file with other :meth:`parts`; a single one of several makes a picture of its own."""
        if len(parts) == 1 + self.bands:
            return self.with_pixels(torch.cat(list(parts)) if self.bands else parts[0])
        alone = replace(self, extras=tuple(kind for kind in self.extras if kind), band_scales=())
        return replace(alone, pixels=self.pixels[: len(self.pixels) - self.bands]).with_pixels(parts[0])

    def pixels_of(self, path: Path | str) -> Tensor:
        """The pixels (C, H, W) of another file of the same samples on the scale of this one; 0 where they are NaN."""
        samples = read_samples(Path(path))
        colour = upright(samples.colour, orientation_of(samples.metadata.exif))
        return _to_pixels(colour, self._scales(), not_numbers(colour))

    def _scales(self) -> list[SampleScale]:
        """Return the scale of the colours and of each further band."""
        base = full_scale(self.dtype) if self.scale is None else self.scale
        return [base, *(self.band_scales or [full_scale(self.dtype)] * self.bands)]

    def _straight(self) -> "ImageFile":
        """The same picture whose colours are not multiplied by transparency."""
        if self.alpha is None or 1 not in self.extras:
            return self
        base, top = len(self.pixels) - self.bands, self._scales()[0].high
        colour = without_alpha(self.pixels[:base], self.alpha, top)
        extras = tuple(2 if kind == 1 else kind for kind in self.extras)
        return replace(self, pixels=torch.cat([colour, self.pixels[base:]]), extras=extras)

    def _samples(self, dtype: np.dtype) -> np.ndarray:
        """(H, W, C) of type ``dtype``, channel by channel so that a large picture needs little memory."""
        scales = [scale if dtype == self.dtype else scale.converted(dtype) for scale in self._scales()]
        channels, height, width = self.pixels.shape
        base = channels - self.bands
        out = np.empty((height, width, channels), dtype)
        for index, channel in enumerate(self.pixels):
            if not bool(torch.isfinite(channel).all()):
                raise ImageFileError("the restored picture holds NaN or infinity; it was not written.")
            out[..., index] = scales[max(0, index - base + 1)].samples(channel, dtype)
        return clipped_to(self.alpha, out, base) if self.alpha is not None and 1 in self.extras else out


def _to_pixels(samples: np.ndarray, scales: Sequence[SampleScale], missing: np.ndarray | None) -> Tensor:
    """float32 (C, H, W), 0 where they are missing; the first scale is that of all channels but the last ones."""
    height, width, channels = samples.shape
    base = channels - len(scales) + 1
    out = torch.empty(channels, height, width)
    for index in range(channels):
        scale = scales[max(0, index - base + 1)]
        scale.fill(without(samples[..., index], missing, scale.low), out[index].numpy())
    return out
