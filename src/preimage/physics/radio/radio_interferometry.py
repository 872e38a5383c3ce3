"""What pairs of antennas measure of the sky."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from preimage._ranges import check_interval, check_level, holds_everywhere
from preimage._shapes import check_float, check_image
from preimage.errors import ArgumentError, ShapeError
from preimage.kernels.pointwise.in_place import product_over
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics
from preimage.transform import nufft, nufft_adjoint
from preimage.transform.half_grid import half_grid

__all__ = ["RadioInterferometry", "check_visibilities"]


class RadioInterferometry(LinearPhysics):
    r"""``y_j = weights_j N^(-1/2) sum_n beam(n) x(n) exp(-2 pi i k_j . (n - c))``: visibilities of a small field.

    ``n`` counts the pixels, ``c = floor(size / 2)`` is the centre of the field, ``N`` their number. The sky is
    real, and so is what the adjoint gives: ``A`` is linear over the real numbers, the adjoint that of ``Re <., .>``.
    :func:`preimage.physics.radio.uv_coverage` computes ``k`` from the places of antennas and the hours of an
    observation. The field is flat: the third coordinate of baselines (the w-term) is not modelled, so that fields of
    view must be small, ``w theta^2 << 1`` in wavelengths and radians; for others see :class:`WideFieldInterferometry`.

    Args:
        uv: spatial frequencies ``k`` in cycles per pixel, in [-0.5, 0.5], along rows and columns, (M, 2).
        shape: (H, W) of the image.
        weights: one for each visibility, >= 0, (M,): ``1 / sigma_j`` for noise of unit variance, or others of imaging;
            1 by default.
        beam: what the antennas see of each direction, real, (H, W), such as that of
            :func:`preimage.physics.radio.primary_beam`; 1 by default.
        tol: relative error of the transform, by default 1e-5 in single precision, 1e-9 in double; 0 sums every term.
            With FINUFFT (the extra ``mri``), as :func:`preimage.transform.nufft` tells.

    Shapes: ``x`` real, (B, 1, H, W); ``y`` complex, (B, 1, M).

    Raises:
        ArgumentError: a frequency is beyond 0.5 (pixels too large?), a weight is negative, or ``tol`` is out of range.
        ShapeError: an argument has another shape, or the image, in a call, another size.

    Source: Thompson, Moran & Swenson, "Interferometry and Synthesis in Radio Astronomy", chapter 3.
    """

    def __init__(
        self,
        uv: Tensor,
        shape: tuple[int, int],
        weights: Tensor | None = None,
        beam: Tensor | None = None,
        noise: Noise | None = None,
        tol: float | None = None,
    ) -> None:
        super().__init__(noise)
        check_visibilities(uv, shape, weights, beam)
        if tol is not None:
            check_interval("tol", tol, "[0, 0.1]", "leave it out for the default of each precision")
        self.uv = uv
        self.shape = tuple(int(size) for size in shape)
        self.weights = weights
        self.beam = beam
        self.tol = tol

    def A(self, x: Tensor) -> Tensor:
        """The visibilities of the sky ``x``."""
        check_image(x, spatial=(2,))
        if tuple(x.shape[1:]) != (1, *self.shape) or x.is_complex():
            raise ShapeError(f"`x` must be real of shape (B, 1, *{self.shape}), got {tuple(x.shape)}.")
        if plan := half_grid(self.uv.to(x), self.shape, x, self.tol, self._factors):
            y = torch.empty((len(x), 1, len(self.uv)), dtype=torch.promote_types(x.dtype, torch.complex64))
            for sky, part in zip(x[:, 0], y[:, 0], strict=True):
                plan.samples(self._rows(sky), part)
            return y if self.weights is None else product_over(y, self.weights.to(x), x)
        seen = x if self.beam is None else self.beam.to(x) * x
        y = nufft(seen.to(torch.promote_types(seen.dtype, torch.complex64)), self.uv.to(x)[None], self.tol)
        return y if self.weights is None else self.weights.to(x) * y

    def A_adjoint(self, y: Tensor) -> Tensor:
        """The dirty map, of weights as they are, times the beam: real."""
        check_float(y, "y")
        if y.ndim != 3 or tuple(y.shape[1:]) != (1, len(self.uv)) or not y.is_complex():
            raise ShapeError(f"`y` must be complex of shape (B, 1, {len(self.uv)}), got {tuple(y.shape)} {y.dtype}.")
        weights = None if self.weights is None else self.weights.to(y.device, y.real.dtype)
        if plan := half_grid(self.uv.to(y.device, y.real.dtype), self.shape, y, self.tol, self._factors):
            x = torch.empty((len(y), 1, *self.shape), dtype=y.real.dtype)
            beam = torch.ones((), dtype=x.dtype).expand(self.shape) if self.beam is None else self.beam.to(x)
            for part, sky in zip(y[:, 0], x[:, 0], strict=True):
                value = part.clone() if weights is None else weights * part
                plan.image(value, lambda which, rows, sky=sky: torch.mul(rows, beam[which], out=sky[which]))
            return x
        value = y if weights is None else weights * y
        x = nufft_adjoint(value, self.uv.to(y.device, y.real.dtype)[None], self.shape, self.tol).real
        return x if self.beam is None else self.beam.to(x) * x

    def _rows(self, sky: Tensor) -> Callable[[slice], Tensor]:
        """Some rows of a sky (H, W) as antennas see it."""
        if self.beam is None:
            return lambda which: sky[which]
        beam = self.beam.to(sky)
        return lambda which: beam[which] * sky[which]

    @property
    def _factors(self) -> tuple[Tensor, ...]:
        """Weights and beam, those that there are."""
        return tuple(factor for factor in (self.weights, self.beam) if factor is not None)

    def seen(self, y: Tensor) -> Tensor | None:
        """The visibilities of positive weight."""
        return None if self.weights is None else (self.weights > 0).to(y.device).expand(len(y), 1, -1)

    def dirty_beam(self) -> Tensor:
        """The dirty map of a point of flux one in the centre, (H, W), of peak one: what a source looks like there."""
        weights = torch.ones(len(self.uv)) if self.weights is None else self.weights
        power = (weights.double() ** 2).to(torch.complex128)[None, None]
        beam = nufft_adjoint(power, self.uv.double()[None], self.shape, self.tol).real[0, 0]
        return beam * math.sqrt(math.prod(self.shape)) / power.real.sum()


def check_visibilities(uv: Tensor, shape: tuple[int, int], weights: Tensor | None, beam: Tensor | None) -> None:
    """Check what visibilities are made with: spatial frequencies (M, 2), the image's size, weights (M,), beam."""
    if uv.ndim != 2 or uv.shape[1] != 2 or not uv.is_floating_point():
        raise ShapeError(f"`uv` must be real of shape (M, 2), got {tuple(uv.shape)} {uv.dtype}; give pairs.")
    if not holds_everywhere(uv.abs() <= 0.5 + 1e-6):
        largest = float(uv.detach().abs().max())
        raise ArgumentError(
            f"`uv` must be in cycles per pixel, at most 0.5, got {largest:.4g}; take smaller pixels, or divide "
            "wavelengths by the size of a pixel in radians."
        )
    if len(shape) != 2 or min(shape) < 1:
        raise ArgumentError(f"`shape` must be (H, W), got {tuple(shape)}; give the size of the image.")
    if weights is not None:
        check_level("weights", weights, "give one of at least zero for each visibility", zero=True)
        if weights.shape != uv.shape[:1]:
            raise ShapeError(f"`weights` must be ({len(uv)},), one for each of `uv`, got {tuple(weights.shape)}.")
    if beam is not None and beam.shape != tuple(shape):
        raise ShapeError(f"`beam` must be {tuple(shape)}, the size of the image, got {tuple(beam.shape)}.")
