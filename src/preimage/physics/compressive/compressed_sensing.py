"""Random projections."""

import math

import torch
from torch import Tensor
from typing_extensions import Self

from preimage._shapes import check_float
from preimage.errors import ShapeError
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics

__all__ = ["CompressedSensing"]

_BLOCK = 2**18  # numbers of a matrix that are read at once: they stay in the cache for the second product


class CompressedSensing(LinearPhysics):
    r"""``A x = matrix vec(x)``: a dense matrix on the flattened image, channels first.

    Closed forms by the Gram matrix of the smaller side. A complex matrix makes complex images of what it
    back-projects. See :meth:`random` for the usual matrix.

    Args:
        matrix: (m, n), real or complex.
        shape: the shape of one image, (C, H, W) or (C, D, H, W), with n entries.

    Shapes: ``x`` (B, C, H, W) or (B, C, D, H, W); ``y`` (B, m).

    Raises:
        ShapeError: the matrix has no n columns.

    Source: Candes, Romberg, Tao, "Robust uncertainty principles: exact signal reconstruction from highly incomplete
    frequency information", IEEE Transactions on Information Theory 52, 2006.
    """

    def __init__(self, matrix: Tensor, shape: tuple[int, ...], noise: Noise | None = None) -> None:
        super().__init__(noise)
        if matrix.ndim != 2 or matrix.shape[1] != math.prod(shape):
            raise ShapeError(
                f"`matrix` must have {math.prod(shape)} columns, one for each entry of an image {tuple(shape)}, got "
                f"{tuple(matrix.shape)}; give another `shape`."
            )
        self.matrix = matrix
        self.shape = shape

    @classmethod
    def random(
        cls,
        measurements: int,
        shape: tuple[int, ...],
        rng: torch.Generator | None = None,
        is_complex: bool = False,
        noise: Noise | None = None,
    ) -> Self:
        """Independent normal entries of mean zero and variance ``1 / measurements``, so that ``E ||A x||^2 = ||x||^2``.

        Args:
            measurements: the number of rows.
            is_complex: half of the variance in each of the real and the imaginary part.
        """
        device = torch.device("cpu") if rng is None else rng.device
        dtype = torch.complex64 if is_complex else torch.float32
        matrix = torch.randn(measurements, math.prod(shape), generator=rng, device=device, dtype=dtype)
        return cls(matrix.mul_(measurements**-0.5), shape, noise)

    def _matrix(self, like: Tensor) -> Tensor:
        """In the precision of ``like``; complex if either is, because products need equal types."""
        real = like.real.dtype
        if self.matrix.is_complex() or like.is_complex():
            return self.matrix.to(torch.complex128 if real == torch.float64 else torch.complex64)
        return self.matrix.to(real)

    def A(self, x: Tensor) -> Tensor:
        """``matrix vec(x)``."""
        check_float(x)
        if tuple(x.shape[1:]) != tuple(self.shape):
            raise ShapeError(f"`x` must have shape (B, *{tuple(self.shape)}), got {tuple(x.shape)}; reshape it.")
        matrix = self._matrix(x)
        return x.flatten(1).to(matrix.dtype) @ matrix.mT

    def A_adjoint(self, y: Tensor) -> Tensor:
        """``matrix^H y`` as an image."""
        check_float(y, "y")
        matrix = self._matrix(y)
        # The few numbers of `y` are conjugated, twice: products with a conjugated matrix make a copy of it first.
        product = (y.conj().to(matrix.dtype) @ matrix).conj().resolve_conj()
        return product.unflatten(1, tuple(self.shape))

    def weighted_gram(self, x: Tensor, weights: Tensor) -> Tensor:
        """By blocks of rows, which are read from memory once for both products."""
        matrix = self._matrix(x)
        rows = max(_BLOCK // matrix.shape[1], 1)
        vector = x.flatten(1).to(matrix.dtype)
        total = torch.zeros_like(vector)
        for block, weight in zip(matrix.split(rows), weights.split(rows, 1), strict=True):
            total = total + ((vector @ block.mT).conj() * weight) @ block
        return total.conj().resolve_conj().unflatten(1, tuple(self.shape))

    def A_dagger(self, y: Tensor) -> Tensor:
        """``matrix^+ y``, singular values under 100 machine epsilons of the largest being zero."""
        matrix = self._matrix(y)
        inverse = torch.linalg.pinv(matrix, rtol=100 * torch.finfo(matrix.dtype).eps)
        return (y.to(matrix.dtype) @ inverse.mT).unflatten(1, tuple(self.shape))

    def solve_shifted(self, b: Tensor, rho: float | Tensor) -> Tensor:
        """By a Cholesky factor of ``A^H A + rho``, or of ``A A^H + rho`` where that is smaller."""
        matrix = self._matrix(b)
        if matrix.shape[0] < matrix.shape[1]:
            shift = torch.as_tensor(rho, dtype=b.real.dtype, device=b.device).reshape(-1, *(1,) * (b.ndim - 1))
            return (b - self.A_adjoint(self._solve_rows(matrix, self.A(b), rho))) / shift
        vector = b.flatten(1).to(matrix.dtype)
        return _solve(matrix.mH @ matrix, vector, rho).unflatten(1, tuple(self.shape))

    def solve_regularized(self, y: Tensor, rho: float | Tensor) -> Tensor:
        """``A^H (A A^H + rho)^-1 y`` where there are fewer rows than columns."""
        matrix = self._matrix(y)
        if matrix.shape[0] < matrix.shape[1]:
            return self.A_adjoint(self._solve_rows(matrix, y, rho))
        return super().solve_regularized(y, rho)

    def _solve_rows(self, matrix: Tensor, y: Tensor, rho: float | Tensor) -> Tensor:
        return _solve(matrix @ matrix.mH, y.to(matrix.dtype), rho)

    def norm(self, like: Tensor) -> Tensor:
        """The largest singular value."""
        matrix = self._matrix(like.real)
        gram = matrix @ matrix.mH if matrix.shape[0] < matrix.shape[1] else matrix.mH @ matrix
        return torch.linalg.eigvalsh(gram)[-1:].clamp_min(0).sqrt()


def _solve(gram: Tensor, b: Tensor, rho: float | Tensor) -> Tensor:
    """``(gram + rho)^-1 b`` for ``b`` (B, k), with one factor for all samples where they share ``rho``."""
    shift = torch.as_tensor(rho, dtype=gram.real.dtype, device=gram.device).reshape(-1, 1, 1)
    identity = torch.eye(len(gram), dtype=gram.dtype, device=gram.device)
    factor = torch.linalg.cholesky(gram + shift * identity)
    if len(factor) == 1:
        return torch.cholesky_solve(b.mT, factor[0]).mT
    return torch.cholesky_solve(b[..., None], factor)[..., 0]
