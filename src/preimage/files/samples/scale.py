"""What samples of a file are in the unit range of pixels, and back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from preimage.errors import ArgumentError

__all__ = ["SampleScale", "full_scale", "scale_notes", "scale_of"]

# Floats are taken as they are up to here, and mapped to [0, 1] beyond.
_FLOAT_RANGE = (-0.5, 1.5)
# Bits of a sample that cameras and converters have, in containers of 16.
_DEPTHS = (8, 10, 12, 14, 16)


@dataclass(frozen=True)
class SampleScale:
    """``pixel = (sample - low) / (high - low)``.

    Attributes:
        low, high: the samples that are 0 and 1 in pixels.
        shown: the samples that viewers show black and white: 0 and the largest of other types.
        limits: the smallest and the largest sample that may be written, for integers.
        bits: the number of bits of the samples where ``high`` is ``2**bits - 1``; zero for other scales.
    """

    low: float = 0.0
    high: float = 1.0
    shown: tuple[float, float] = (0.0, 1.0)
    limits: tuple[float, float] = (0.0, 1.0)
    bits: int = 0

    def fill(self, samples: np.ndarray, plane: np.ndarray) -> None:
        """Write the pixels of ``samples`` (H, W) to ``plane``, float32 (H, W)."""
        if self.low or (samples.dtype.itemsize > 2 and self.high != 1):  # where float32 would lose small ranges
            plane[...] = (samples.astype(np.float64) - self.low) / (self.high - self.low)
            return
        plane[...] = samples
        plane /= self.high

    def samples(self, channel: Tensor, dtype: np.dtype) -> np.ndarray:
        """The samples (H, W) of type ``dtype`` that the pixels ``channel`` (H, W) are; integers are rounded."""
        values = channel.detach().to("cpu").float().numpy()
        if dtype.kind == "b":
            return values >= 0.5
        if dtype.kind == "f":
            return (values * np.float64(self.high - self.low) + self.low).astype(dtype)
        exact = np.float64 if self.low or dtype.itemsize > 2 else np.float32
        scaled = values * exact(self.high - self.low)
        scaled += exact(self.low)
        return np.rint(np.clip(scaled, *self.limits, out=scaled), out=scaled).astype(dtype)

    def converted(self, dtype: np.dtype) -> "SampleScale":
        """The scale of ``dtype`` on which the picture looks as it does on this."""
        full, (black, white) = full_scale(dtype), self.shown
        step = (full.high - full.low) / (white - black)
        low, high = (full.low + (end - black) * step for end in (self.low, self.high))
        return SampleScale(low, high, full.shown, full.limits)


def scale_notes(scales: Sequence[SampleScale], dtype: np.dtype) -> tuple[str, ...]:
    """What the user should know where samples of type ``dtype`` have fewer bits than that."""
    bits = 8 * dtype.itemsize
    narrow = {scale.bits for scale in scales if 0 < scale.bits < bits}
    return tuple(
        f"samples from 0 to {2**depth - 1}, as of {depth} bits, in a picture of {bits} bits are taken for black to "
        "white; --bits tells another number"
        for depth in sorted(narrow)
    )


def full_scale(dtype: np.dtype) -> SampleScale:
    """All of an unsigned type, or floats and bits as they are."""
    if dtype.kind not in "iu":
        return SampleScale()
    ends = (float(np.iinfo(dtype).min), float(np.iinfo(dtype).max))
    return SampleScale(*ends, ends, ends, 8 * dtype.itemsize if dtype.kind == "u" else 0)


def scale_of(parts: Sequence[np.ndarray], seen: np.ndarray | None = None, bits: int | None = None) -> SampleScale:
    """The scale that arrays (H, W, C) of one type share, by the samples that are seen.

    Samples of 8 bits take their whole type. In containers of 16 bits, cameras and converters leave samples of 8, 10,
    12 or 14: the scale is the least of these that holds the largest sample. Other integers, and floats that leave
    [-0.5, 1.5], are mapped from their own range.

    Args:
        seen: bool (H, W); all where ``None``.
        bits: the number of bits of the samples, where they are known: 0 to ``2**bits - 1``.

    Raises:
        ArgumentError: ``bits`` is not for this type, or too few for the largest sample.
    """
    dtype = parts[0].dtype
    if bits is None and dtype.kind in "bu" and dtype.itemsize == 1:
        return full_scale(dtype)
    ends = [_ends(part, seen) for part in parts]
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    if bits is not None:
        _check_bits(bits, dtype, high)
        top = 2.0**bits - 1
        return SampleScale(0.0, top, (0.0, top), (0.0, top), bits)
    if dtype == np.uint16:
        depth = next(depth for depth in _DEPTHS if high < 2**depth)
        top, whole = 2.0**depth - 1, full_scale(dtype)
        # Where no sample is at the top, nothing tells a picture of so many bits from a dark one, which may go beyond.
        return SampleScale(0.0, top, whole.shown, (0.0, top) if high == top else whole.limits, depth)
    if low > high or (dtype.kind == "f" and low >= _FLOAT_RANGE[0] and high <= _FLOAT_RANGE[1]):
        return SampleScale()
    high = high if high > low else low + max(1.0, abs(low))
    return SampleScale(low, high, (low, high), full_scale(dtype).limits)


def _ends(samples: np.ndarray, seen: np.ndarray | None) -> tuple[float, float]:
    """The smallest and the largest sample seen."""
    where = True if seen is None else np.broadcast_to(seen[..., None], samples.shape)
    if samples.dtype.kind == "f":
        return float(samples.min(where=where, initial=np.inf)), float(samples.max(where=where, initial=-np.inf))
    least, most = (0, 1) if samples.dtype.kind == "b" else full_scale(samples.dtype).limits
    return float(samples.min(where=where, initial=int(most))), float(samples.max(where=where, initial=int(least)))


def _check_bits(bits: int, dtype: np.dtype, largest: float) -> None:
    most = 8 * dtype.itemsize
    if dtype.kind != "u":
        raise ArgumentError(f"`bits` must be left out for samples of type {dtype}, got {bits}; they have no scale.")
    if not 1 <= bits <= most:
        raise ArgumentError(f"`bits` must be in 1..{most} for samples of type {dtype}, got {bits}; leave it out.")
    if largest > 2**bits - 1:
        raise ArgumentError(
            f"`bits` must hold the largest sample, {largest:.0f}, got {bits}; it needs {int(largest).bit_length()}."
        )
