"""Dense linear maps, one matrix per sample, as the plain callables the solvers take."""

from collections.abc import Callable

import torch
from torch import Tensor

DTYPES = (torch.float32, torch.float64, torch.complex64, torch.complex128)


def close(dtype: torch.dtype) -> float:
    """Relative accuracy asked of a solution."""
    return 1e-9 if dtype in (torch.float64, torch.complex128) else 1e-4


def apply(matrix: Tensor) -> Callable[[Tensor], Tensor]:
    return lambda x: (matrix @ x[..., None])[..., 0]


def random(*shape: int, dtype: torch.dtype, seed: int = 0) -> Tensor:
    return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


def with_singular_values(values: list[float], rows: int, columns: int, dtype: torch.dtype, batch: int = 3) -> Tensor:
    """Matrices (batch, rows, columns) with these singular values and random singular vectors."""
    left = torch.linalg.qr(random(batch, rows, rows, dtype=dtype, seed=1))[0]
    right = torch.linalg.qr(random(batch, columns, columns, dtype=dtype, seed=2))[0]
    middle = torch.zeros(rows, columns, dtype=dtype)
    middle[range(len(values)), range(len(values))] = torch.tensor(values).to(dtype)
    return left @ middle @ right


def hermitian(values: list[float], dtype: torch.dtype, batch: int = 3) -> Tensor:
    """Hermitian matrices with these eigenvalues."""
    basis = torch.linalg.qr(random(batch, len(values), len(values), dtype=dtype, seed=3))[0]
    return basis @ torch.diag(torch.tensor(values)).to(dtype) @ basis.mH


def pseudo_inverse(matrix: Tensor) -> Tensor:
    return torch.linalg.pinv(matrix, rtol=1e-4)


def relative(found: Tensor, truth: Tensor) -> float:
    return float((found - truth).norm() / truth.norm())
