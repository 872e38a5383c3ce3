"""Spectra as mixtures of those of materials."""

import torch
from torch import Tensor
from typing_extensions import override

from preimage._shapes import check_float, per_image
from preimage.errors import ShapeError
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics

__all__ = ["HyperSpectralUnmixing"]


class HyperSpectralUnmixing(LinearPhysics):
    r"""``y_c = sum_e endmembers[e, c] x_e``: the spectrum of a pixel is that of its materials, by their abundance.

    Every pixel is a small least-squares problem with the same matrix, which gives pseudo-inverse, shifted solve and
    norm in closed form. Abundances of a linear mixture are at least zero and sum to one.

    Args:
        endmembers: the spectra of E materials in C bands, real, (E, C), or (B, E, C) for one set each image.

    Shapes: ``x`` (B, E, H, W) or (B, E, D, H, W); ``y`` the same with C channels.

    Raises:
        ShapeError: ``endmembers`` has another shape, or the image, in a call, other channels.

    Source: Keshava & Mustard, "Spectral unmixing", IEEE Signal Processing Magazine 19, 2002.
    """

    def __init__(self, endmembers: Tensor, noise: Noise | None = None) -> None:
        super().__init__(noise)
        if endmembers.ndim not in (2, 3) or not endmembers.is_floating_point() or 0 in endmembers.shape[-2:]:
            raise ShapeError(
                f"`endmembers` must be real of shape (E, C) or (B, E, C), got {endmembers.dtype} of "
                f"{tuple(endmembers.shape)}; give a spectrum for each material."
            )
        self.endmembers = endmembers

    def A(self, x: Tensor) -> Tensor:
        """The spectra of the mixtures."""
        return self._mixed(self._matrix(x, -2, "x").mT, x)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """The product of each spectrum with those of the materials."""
        return self._mixed(self._matrix(y, -1, "y"), y)

    def seen(self, y: Tensor) -> None:
        """Every entry of the measurement is measured."""

    @override
    def A_dagger(self, y: Tensor) -> Tensor:
        return self._mixed(torch.linalg.pinv(self._matrix(y, -1, "y").mT), y)

    @override
    def solve_shifted(self, b: Tensor, rho: float | Tensor) -> Tensor:
        matrix = self._matrix(b, -2, "b")
        shift = per_image(rho, b.real).reshape(-1, 1, 1)
        inverse = torch.linalg.inv(matrix @ matrix.mT + shift * torch.eye(matrix.shape[-2]).to(matrix))
        return self._mixed(inverse, b)

    @override
    def norm(self, like: Tensor) -> Tensor:
        return torch.linalg.matrix_norm(self._matrix(like, -2, "like"), 2).reshape(-1)

    def _matrix(self, like: Tensor, axis: int, name: str) -> Tensor:
        """(1 or B, E, C), for images (``axis`` -2) or measurements (-1)."""
        check_float(like, name)
        matrix = self.endmembers.to(like.device, like.real.dtype)
        matrix = matrix if matrix.ndim == 3 else matrix[None]
        if like.ndim < 3 or like.shape[1] != matrix.shape[axis] or matrix.shape[0] not in (1, like.shape[0]):
            raise ShapeError(
                f"`{name}` must have shape (B, {matrix.shape[axis]}, ...), the spectra one set for all or each, got "
                f"{tuple(like.shape)} for `endmembers` {tuple(self.endmembers.shape)}."
            )
        return matrix

    def _mixed(self, matrix: Tensor, x: Tensor) -> Tensor:
        return (matrix.to(x.dtype) @ x.flatten(2)).unflatten(2, x.shape[2:])
