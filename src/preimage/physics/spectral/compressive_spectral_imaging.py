"""Snapshots of many colours through a coded mask."""

from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import pad

from preimage._ranges import check_count
from preimage._shapes import check_float, check_image
from preimage.errors import ArgumentError, ShapeError
from preimage.machine.compiler import is_transformed
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics
from preimage.physics.operator.structure import Diagonal
from preimage.transform import Pixels

__all__ = ["CompressiveSpectralImaging"]


class CompressiveSpectralImaging(LinearPhysics):
    r"""One picture of C colours, each coded by a mask that a prism displaces (CASSI).

    With one disperser the scene is masked and then dispersed,
    ``y[i, j] = sum_c mask[i, j - c step] x_c[i, j - c step]``: the picture is ``(C - 1) step`` columns wider than the
    scene. With two dispersers the second undoes the first, so that colours stay in place and the mask alone is
    displaced, ``y[i, j] = sum_c mask[i, j + c step] x_c[i, j]``, with a mask that much wider. ``A A^H`` is diagonal,
    which gives pseudo-inverse, shifted solve and norm in closed form. The cost is linear in the number of samples.

    Args:
        mask: what the mask lets through, real: (1 or B, 1, H, W) with one disperser, (1 or B, 1, H, W + (C - 1) step)
            with two.
        dispersers: 1 or 2.
        step: columns from one colour to the next, >= 1.

    Shapes: ``x`` (B, C, H, W); ``y`` (B, 1, H, W + (C - 1) step) with one disperser, (B, 1, H, W) with two.

    Raises:
        ArgumentError: ``dispersers`` is not 1 or 2, or ``step`` is no count.
        ShapeError: the mask has another shape, or does not fit the image.

    Source: Wagadarikar, John, Willett & Brady, Applied Optics 47, 2008 (one); Gehm, John, Brady, Willett & Schulz,
    Optics Express 15, 2007 (two).
    """

    def __init__(self, mask: Tensor, dispersers: Literal[1, 2] = 1, step: int = 1, noise: Noise | None = None) -> None:
        super().__init__(noise)
        if dispersers not in (1, 2):
            raise ArgumentError(f"`dispersers` must be 1 or 2, got {dispersers!r}; count the prisms.")
        check_count("step", step, "give whole columns from one colour to the next")
        if mask.ndim != 4 or mask.shape[1] != 1 or not mask.is_floating_point():
            raise ShapeError(f"`mask` must be real of shape (1 or B, 1, H, W), got {tuple(mask.shape)} {mask.dtype}.")
        self.mask = mask
        self.dispersers = dispersers
        self.step = step

    def A(self, x: Tensor) -> Tensor:
        """The sum of the coded colours."""
        check_image(x, spatial=(2,))
        codes = self._codes(x.shape[1], x)
        return self._dispersed_sum(codes.expand(-1, x.shape[1], -1, -1), x)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """The picture in every colour, where this came from, times the mask."""
        check_image(y, "y", spatial=(2,))
        count = self._colours(y)
        width = y.shape[-1] - (count - 1) * self.step if self.dispersers == 1 else y.shape[-1]
        spread = self._windows(y, width) if self.dispersers == 1 else y
        like = y.new_empty(()).expand(len(y), count, y.shape[-2], width)
        return _product(self._codes(count, like), spread, like.shape)

    def outer_diagonal(self, like: Tensor) -> Diagonal:
        """The sum of the squared masks that a pixel of the picture sees."""
        return Diagonal(Pixels(), Pixels(), lambda: self._power(like))

    def _power(self, y: Tensor) -> Tensor:
        check_float(y, "y")
        count = self._colours(y)
        width = y.shape[-1] - (count - 1) * self.step if self.dispersers == 1 else y.shape[-1]
        codes = self._codes(count, y.real.new_empty(()).expand(len(self.mask), count, self.mask.shape[-2], width))
        codes = codes.expand(-1, count, -1, -1)
        return self._dispersed_sum(codes, codes)

    def _colours(self, y: Tensor) -> int:
        """How many colours a picture ``y`` holds, by its width and that of the mask."""
        extra = (y.shape[-1] - self.mask.shape[-1]) * (1 if self.dispersers == 1 else -1)
        if extra < 0 or extra % self.step or y.shape[1] != 1 or y.shape[-2] != self.mask.shape[-2]:
            raise ShapeError(
                f"`y` must be (B, 1, H, ...) as wide as `mask` {tuple(self.mask.shape)} but for a "
                f"multiple of {self.step}, got {tuple(y.shape)}; give a picture of that mask."
            )
        return extra // self.step + 1

    def _codes(self, count: int, like: Tensor) -> Tensor:
        """The mask as each of ``count`` colours meets it, (1 or B, 1 or C, H, W), for images like ``like``."""
        mask = self.mask.to(like.device, like.real.dtype)
        batch, width = like.shape[0], like.shape[-1]
        wanted = width if self.dispersers == 1 else width + (count - 1) * self.step
        if mask.shape[0] not in (1, batch) or tuple(mask.shape[2:]) != (like.shape[-2], wanted):
            raise ShapeError(
                f"`mask` must be (1 or {batch}, 1, {like.shape[-2]}, {wanted}) for images {tuple(like.shape)} and "
                f"{self.dispersers} dispersers, got {tuple(mask.shape)}."
            )
        return mask if self.dispersers == 1 else self._windows(mask, width)

    def _dispersed_sum(self, codes: Tensor, x: Tensor) -> Tensor:
        """The sum over colours of ``codes * x``, colour c moved right by ``c step`` by one disperser."""
        width, shift = x.shape[-1], self.step if self.dispersers == 1 else 0
        pairs = zip(codes.split(1, 1), x.split(1, 1), strict=True)
        code, colour = next(pairs)
        y = pad(code * colour, (0, (x.shape[1] - 1) * shift))
        for c, (code, colour) in enumerate(pairs, 1):
            place = y[..., c * shift : c * shift + width]
            # One pass for two, for which torch.func has no rule.
            place.add_(code * colour) if is_transformed() else place.addcmul_(code, colour)
        return y

    def _windows(self, wide: Tensor, width: int) -> Tensor:
        """For each colour c the columns of ``wide`` (B, 1, H, ...) from ``c step`` on: a view (B, C, H, width)."""
        return wide[:, 0].unfold(-1, width, self.step).movedim(-2, 1)


def _product(codes: Tensor, spread: Tensor, shape: torch.Size) -> Tensor:
    """``codes * spread`` in the usual order of memory; by that of windows, colours of a pixel were side by side."""
    if (torch.is_grad_enabled() and (codes.requires_grad or spread.requires_grad)) or is_transformed():
        return codes * spread.expand(shape).contiguous()
    return torch.mul(codes, spread, out=spread.new_empty(shape))
