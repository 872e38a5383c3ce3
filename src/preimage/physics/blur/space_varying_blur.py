"""Blur that changes from place to place."""

from typing import Literal

from torch import Tensor

from preimage._shapes import check_float
from preimage.errors import ArgumentError, ShapeError
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics
from preimage.transform.border import Padding, check_padding
from preimage.transform.convolution import Method, convolve, convolve_adjoint, require_method

__all__ = ["SpaceVaryingBlur", "require_bank"]

Order = Literal["product-convolution", "convolution-product"]


class SpaceVaryingBlur(LinearPhysics):
    r"""``A x = sum_k h_k * (w_k x)``: a few blurs, each of its own part of the image (product-convolution).

    Where the multipliers ``w_k`` are parts of one (``sum_k w_k = 1``), the point spread function of a point at ``n`` is
    the mixture ``sum_k w_k(n) h_k``: what optics knows, the image of a point. ``order="convolution-product"`` is the
    other convention, ``A x = sum_k w_k (h_k * x)``: the mixture of kernels is that of the place where light arrives.
    Each is the adjoint of the other with kernels turned around. Convolution, its origin and its borders are those of
    :class:`preimage.physics.Blur`.

    Args:
        filters: the kernels ``h_k``, (1 or B, K, 1 or C, kh, kw), or (1 or B, K, 1 or C, kd, kh, kw) for volumes.
        multipliers: the weights ``w_k``, (1 or B, K, 1 or C, H, W), or with D; of the size of what they multiply: the
            image, or with "convolution-product" the measurement.
        padding: how each term's image continues beyond its border; "valid" keeps positions where kernels lie inside.
        order: "product-convolution" or "convolution-product".
        method: ``fft``, ``direct``, or whichever costs less (``auto``).

    Shapes: images (B, C, H, W) or (B, C, D, H, W), real.

    Raises:
        ArgumentError: there is no such order, padding or method.
        ShapeError: filters and multipliers are not as many, or do not fit each other or the image.

    Source: Nagy & O'Leary, SIAM Journal on Scientific Computing 19, 1998 (convolution-product); Escande & Weiss,
    "Approximation of integral operators using product-convolution expansions", 2017.
    """

    def __init__(
        self,
        filters: Tensor,
        multipliers: Tensor,
        padding: Padding = "valid",
        order: Order = "product-convolution",
        method: Method = "auto",
        noise: Noise | None = None,
    ) -> None:
        super().__init__(noise)
        require_bank(filters)
        check_padding(padding)
        require_method(method)
        if multipliers.ndim != filters.ndim or multipliers.shape[1] != filters.shape[1]:
            raise ShapeError(
                f"`multipliers` must be one for each of {filters.shape[1]} filters, {filters.ndim} axes in all, got "
                f"{tuple(multipliers.shape)}; give (1 or B, K, 1 or C, H, W)."
            )
        if order not in ("product-convolution", "convolution-product"):
            raise ArgumentError(f"`order` must be product-convolution or convolution-product, got {order!r}.")
        self.filters = filters
        self.multipliers = multipliers
        self.padding: Padding = padding
        self.order: Order = order
        self.method: Method = method

    def A(self, x: Tensor) -> Tensor:
        """The sum of all blurs of the parts of ``x``."""
        check_float(x)
        if self.order == "product-convolution":
            return self._each(self._weighted(x, "x"), adjoint=False).sum(1)
        return self._weighted(self._each(self._copies(x), adjoint=False), "y").sum(1)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """The sum of all correlations with the kernels, weighted as in ``A``."""
        check_float(y, "y")
        if self.order == "product-convolution":
            return self._weighted(self._each(self._copies(y), adjoint=True), "x").sum(1)
        return self._each(self._weighted(y, "y"), adjoint=True).sum(1)

    def seen(self, y: Tensor) -> None:
        """Every entry of the measurement is measured."""

    def _copies(self, x: Tensor) -> Tensor:
        """(B, K, C, ...) of images (B, C, ...)."""
        return x.unsqueeze(1).expand(-1, self.filters.shape[1], *x.shape[1:])

    def _weighted(self, x: Tensor, name: str) -> Tensor:
        """The terms (B, K, C, ...) of images (B, C, ...), or of terms, each times its weight."""
        weights = self.multipliers.to(x)
        x = x if x.ndim == weights.ndim else x.unsqueeze(1)
        pairs = list(zip(weights.shape, x.shape, strict=False))
        fits = len(weights.shape) == x.ndim and weights.shape[3:] == x.shape[3:]
        if not fits or any(have not in (1, want) for have, want in (pairs[0], pairs[2])):
            raise ShapeError(
                f"`multipliers` {tuple(self.multipliers.shape)} must fit `{name}`, {tuple(x.shape)} with one for the "
                "filters; give weights of that size."
            )
        return weights * x

    def _each(self, terms: Tensor, adjoint: bool) -> Tensor:
        """Each of the terms (B, K, C, ...) blurred by its kernel."""
        batch = terms.shape[0]
        if self.filters.shape[0] not in (1, batch):
            raise ShapeError(f"`filters` must be one bank, or one for each of {batch} images, got {len(self.filters)}.")
        kernels = self.filters.to(terms).expand(batch, *self.filters.shape[1:]).flatten(0, 1)
        blur = convolve_adjoint if adjoint else convolve
        return blur(terms.flatten(0, 1), kernels, self.padding, self.method).unflatten(0, tuple(terms.shape[:2]))


def require_bank(filters: Tensor) -> None:
    """Require kernels (B, K, C, kh, kw) or (B, K, C, kd, kh, kw), real, K at least 1.

    Raises:
        ShapeError: they are not.
    """
    if filters.ndim not in (5, 6) or filters.shape[1] < 1 or not filters.is_floating_point():
        raise ShapeError(
            f"`filters` must be real of shape (1 or B, K, 1 or C, kh, kw), or with kd for volumes, got {filters.dtype} "
            f"of {tuple(filters.shape)}; add the missing axes."
        )
