"""Compression by JPEG."""

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import pad

from preimage._ranges import check_number, holds_everywhere
from preimage._shapes import check_image
from preimage._tree import Measurement
from preimage.errors import ArgumentError, ShapeError
from preimage.kernels.jpeg_loops import jpeg_in_loops
from preimage.machine.compiler import can_compile, is_transformed
from preimage.physics.codec.jpeg_colour import (
    linear_rgb,
    linear_rgb_adjoint,
    linear_ycc,
    linear_ycc_adjoint,
    rgb_of_ycc,
    ycc_of_rgb,
)
from preimage.physics.codec.jpeg_dct import block_dct, block_idct, forward_dct, inverse_dct
from preimage.physics.codec.jpeg_sampling import down_sampled, resampled_adjoint, up_sampled
from preimage.physics.codec.jpeg_tables import quantisation_steps
from preimage.physics.noise import Noise
from preimage.physics.operator.base import Physics

__all__ = ["JPEG"]

Subsampling = Literal["4:4:4", "4:2:2", "4:2:0"]

# Rows and columns of the picture for each sample of colour.
_FACTORS: dict[str, tuple[int, int]] = {"4:4:4": (1, 1), "4:2:2": (1, 2), "4:2:0": (2, 2)}
_MIDDLE = 128 / 255  # what brightness is counted from


class JPEG(Physics):
    r"""``A(x)`` is the picture that a JPEG file of ``x`` holds: encoded and decoded, to the bit.

    ``x`` is rounded to 8 bits, turned into brightness and two colours (JFIF), of which the colours are kept at half
    the resolution, transformed by the DCT of 8x8 blocks, and quantised by the tables of ``quality``; then all of this
    is undone. Arithmetic is that of libjpeg's default settings (accurate integer transform, interpolated colours), so
    that ``A(x)`` is what Pillow, libjpeg-turbo and whatever uses them write and read. Red, green, blue or grey.

    The derivative of rounding is zero or undefined. In its place ``vjp`` and gradients through ``A`` take that of a
    smooth surrogate: with "straight-through", rounding is the identity, so that colours are averaged and interpolated
    and brightness passes; with "cubic", each coefficient's derivative is ``3 d^2`` with its distance ``d <= 1/2`` from
    the quantised value in steps, so that coefficients that are lost pass little. Values outside [0, 1] pass nothing.

    Args:
        quality: 1 to 100 as in the libraries, rounded to an integer; a number or (B,).
        subsampling: "4:4:4" (all colours), "4:2:2" (half of the columns), "4:2:0" (half of rows and columns).
        gradient: the surrogate, "straight-through" or "cubic".

    Shapes: ``x`` (B, C, H, W) with C 1 or 3, in [0, 1]; ``y`` is like it, in multiples of 1/255.

    Raises:
        ArgumentError: ``quality`` is not in 1..100; there is no such subsampling or surrogate.
        ShapeError: the images, in a call, have other than one or three channels, or are complex.

    Source: ITU-T T.81; Hamilton, "JFIF 1.02", 1992; "cubic": Shin & Song, "JPEG-resistant adversarial images", 2017.
    """

    def __init__(
        self,
        quality: float | Tensor = 75,
        subsampling: Subsampling = "4:2:0",
        gradient: Literal["straight-through", "cubic"] = "straight-through",
        noise: Noise | None = None,
    ) -> None:
        super().__init__(noise)
        check_number("quality", quality, "give a quality from 1 to 100")
        if not holds_everywhere((torch.as_tensor(quality) >= 1) & (torch.as_tensor(quality) <= 100)):
            raise ArgumentError(f"`quality` must be from 1 to 100, got {quality}; 75 is the usual one.")
        if subsampling not in _FACTORS:
            raise ArgumentError(f"`subsampling` must be one of {', '.join(_FACTORS)}, got {subsampling!r}.")
        if gradient not in ("straight-through", "cubic"):
            raise ArgumentError(f"`gradient` must be straight-through or cubic, got {gradient!r}; name one of them.")
        self.quality = quality
        self.subsampling = subsampling
        self.gradient = gradient

    def A(self, x: Tensor) -> Tensor:
        """The picture that a decoder finds in the file."""
        y = self._decoded(x)
        if not _is_differentiated(x):
            return y
        surrogate = self._surrogate(x, self._steps(x))
        return y + (surrogate - surrogate.detach())  # the bits of y, the derivative of the surrogate

    def vjp(self, x: Tensor, v: Measurement) -> Tensor:
        """The adjoint of the surrogate's derivative; that of "straight-through" needs no codec."""
        if self.gradient == "cubic":
            return super().vjp(x, v)
        assert isinstance(v, Tensor)
        return torch.where((x >= 0) & (x <= 1), self._passed(v), 0)

    def pullback(self, x: Tensor) -> tuple[Measurement, Callable[[Measurement], Tensor]]:
        """``A(x)``, and :meth:`vjp`."""
        if self.gradient == "cubic":
            return super().pullback(x)
        return self.A(x), lambda v: self.vjp(x, v)

    def _decoded(self, x: Tensor) -> Tensor:
        """The picture in the file, without a derivative."""
        check_image(x, spatial=(2,))
        if x.shape[1] not in (1, 3) or x.is_complex():
            raise ShapeError(f"`x` must be grey or RGB, (B, 1 or 3, H, W), got {tuple(x.shape)} {x.dtype}; convert it.")
        with torch.no_grad():
            return _codec(x.detach(), self._steps(x), _FACTORS[self.subsampling]).to(x.dtype) / 255

    def _passed(self, v: Tensor) -> Tensor:
        """The adjoint of averaging and interpolating colours, of ``v`` like the picture."""
        if v.shape[1] == 1:
            return v
        luma, chroma = linear_rgb_adjoint(v).split([1, 2], 1)
        return linear_ycc_adjoint(torch.cat([luma, resampled_adjoint(chroma, *_FACTORS[self.subsampling])], 1))

    def _steps(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Steps of brightness and colour, each (B or 1, 1, 1, 8, 1, 8)."""
        quality = torch.as_tensor(self.quality, dtype=torch.float64, device=x.device).reshape(-1)
        if quality.shape[0] not in (1, x.shape[0]):
            raise ShapeError(f"`quality` must be a number or one for each of {x.shape[0]} images, got {len(quality)}.")
        luma, chroma = (steps[:, None, None, :, None] for steps in quantisation_steps(quality.detach()))
        return luma, chroma

    def _surrogate(self, x: Tensor, steps: tuple[Tensor, Tensor]) -> Tensor:
        """What has the derivative of ``A``, up to a constant."""
        x = x.clamp(0, 1)
        shape, factors, cubic = _size(x), _FACTORS[self.subsampling], self.gradient == "cubic"
        if x.shape[1] == 1:
            return _cubic(x, steps[0], _MIDDLE) if cubic else x
        luma, chroma = linear_ycc(x).split([1, 2], 1)
        chroma = down_sampled(chroma, *factors, whole=False)
        if cubic:
            luma, chroma = _cubic(luma, steps[0], _MIDDLE), _cubic(chroma, steps[1], 0.0)
        return linear_rgb(torch.cat([luma, up_sampled(chroma, *factors, shape, whole=False)], 1))


def _is_differentiated(x: Tensor) -> bool:
    if torch.compiler.is_compiling():
        return True
    return (x.requires_grad and torch.is_grad_enabled()) or is_transformed()


def _codec(x: Tensor, steps: tuple[Tensor, Tensor], factors: tuple[int, int]) -> Tensor:
    """The picture in 0..255."""
    luma, chroma = (table[:, 0, 0, :, 0] for table in steps)
    coded = jpeg_in_loops(x, luma, chroma, factors) if can_compile(x) and x.numel() else None
    return _codec_of_tensors(x, steps, factors) if coded is None else coded


def _codec_of_tensors(x: Tensor, steps: tuple[Tensor, Tensor], factors: tuple[int, int]) -> Tensor:
    """The picture in 0..255, float64, in which all whole numbers of this file are exact."""
    x = (255 * x.to(torch.float64)).round().clamp(0, 255)
    height, width = shape = _size(x)
    if x.shape[1] == 1:
        return _quantised(x, steps[0], shape)
    rows, columns = factors
    luma, chroma = ycc_of_rgb(x).split([1, 2], 1)
    chroma = down_sampled(chroma, rows, columns, whole=True)
    chroma = _quantised(chroma, steps[1], (-(-height // rows), -(-width // columns)))
    chroma = up_sampled(chroma, rows, columns, shape, whole=True)
    return rgb_of_ycc(torch.cat([_quantised(luma, steps[0], shape), chroma], 1))


def _quantised(plane: Tensor, steps: Tensor, shape: tuple[int, int]) -> Tensor:
    """What quantisation leaves of samples (B, C, H, W) in 0..255, of which the first ``shape`` are asked for."""
    coefficients = _to_blocks(forward_dct(_full_blocks(plane) - 128))
    levels = (coefficients.abs() + 4 * steps).div_(8 * steps).floor_()  # halves go away from zero
    samples = inverse_dct(_from_blocks(levels * (coefficients.sign() * steps)))
    return (samples[..., : shape[0], : shape[1]] + 128).clamp(0, 255)


def _cubic(plane: Tensor, steps: Tensor, middle: float) -> Tensor:
    """Samples (B, C, H, W) whose DCT coefficients, counted from ``middle``, have the cubic surrogate's derivative."""
    steps = steps.to(plane.dtype) / 255
    levels = _to_blocks(block_dct(_full_blocks(plane) - middle)) / steps
    nearest = levels.detach().round()
    levels = nearest + (levels - nearest) ** 3
    height, width = _size(plane)
    return block_idct(_from_blocks(levels * steps))[..., :height, :width] + middle


def _full_blocks(x: Tensor) -> Tensor:
    """Samples (B, C, H, W), the last row and column repeated until blocks of 8x8 are full."""
    height, width = _size(x)
    return pad(x, (0, -width % 8, 0, -height % 8), mode="replicate")


def _to_blocks(x: Tensor) -> Tensor:
    """(B, C, 8 h, 8 w) as (B, C, h, 8, w, 8)."""
    return x.unflatten(-1, (-1, 8)).unflatten(-3, (-1, 8))


def _from_blocks(x: Tensor) -> Tensor:
    """The inverse of :func:`_to_blocks`."""
    return x.flatten(-2).flatten(-3, -2)


def _size(x: Tensor) -> tuple[int, int]:
    return x.shape[-2], x.shape[-1]
