"""Random projections by fast transforms."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from typing_extensions import Self

from preimage._ranges import check_count
from preimage._shapes import check_float
from preimage._tree import Measurement
from preimage.errors import ArgumentError, ShapeError
from preimage.kernels.pointwise.entries import put_entries, take_entries
from preimage.kernels.pointwise.in_place import product_over
from preimage.physics.compressive.turns import factors_of_turns
from preimage.physics.noise import Noise
from preimage.physics.operator.diagonal_gram import DiagonalGram
from preimage.physics.operator.structure import Diagonal
from preimage.transform import Pixels, dct, idct, walsh_hadamard
from preimage.transform.fourier import transformed

__all__ = ["StructuredRandom"]


class StructuredRandom(DiagonalGram):
    r"""``A = sqrt(N / m) R (F D_L) ... (F D_1) P``: a random projection that costs ``L`` fast transforms.

    ``P`` appends zeros to the ``n`` numbers of an image, so that there are ``N``; the diagonal ``D_l`` flips signs or
    turns phases; ``F`` is unitary; ``R`` takes ``m`` of the ``N`` numbers. The factor makes ``E ||A x||^2 = ||x||^2``,
    as for :class:`CompressedSensing`. One layer is enough for images that are sparse in pixels or wavelets, two or
    three come near to a dense Gaussian matrix.

    Rows are orthogonal where ``N = n`` (``A A^H = n / m``), columns where ``N = m`` (``A^H A = 1``), with closed forms
    for every solve; other solves iterate.

    Args:
        turns: ``D_1, ..., D_L``, (L, N): booleans, true where a sign is flipped, or angles in radians, of numbers that
            are multiplied by ``exp(i angle)``.
        rows: the numbers that are taken, (m,) integers from 0 to N - 1, each once.
        shape: the shape of one image, (C, H, W) or (C, D, H, W), with at most N entries.
        transform: "dct", "hadamard" (N a power of two) or "fourier".

    Shapes: ``x`` (B, *shape), real or complex; complex where the transform or the turns are, which are given real
    images, too, and give complex images back. ``y`` (B, m).

    Raises:
        ArgumentError: there is no such transform, or ``rows`` are not of numbers that there are.
        ShapeError: shapes do not fit each other.

    Source: Do, Gan, Nguyen, Tran, "Fast and efficient compressive sensing using structurally random matrices", 2012.
    """

    def __init__(
        self,
        turns: Tensor,
        rows: Tensor,
        shape: tuple[int, ...],
        transform: str = "dct",
        noise: Noise | None = None,
    ) -> None:
        super().__init__(noise)
        if transform not in _TRANSFORMS:
            raise ArgumentError(f"`transform` must be one of {', '.join(_TRANSFORMS)}, got {transform!r}; name one.")
        if turns.ndim != 2 or turns.shape[1] < math.prod(shape):
            raise ShapeError(
                f"`turns` must be (L, N) with N of at least {math.prod(shape)}, the entries of an image "
                f"{tuple(shape)}, got {tuple(turns.shape)}; `StructuredRandom.random` draws them."
            )
        if transform == "hadamard" and turns.shape[1] & (turns.shape[1] - 1):
            raise ShapeError(f"`turns` must be (L, N) with N a power of two for 'hadamard', got N={turns.shape[1]}.")
        if rows.ndim != 1 or not 0 < len(rows) <= turns.shape[1]:
            raise ShapeError(f"`rows` must be (m,), 0 < m <= {turns.shape[1]}, got {tuple(rows.shape)}; take fewer.")
        if int(rows.min()) < 0 or int(rows.max()) >= turns.shape[1]:
            raise ArgumentError(f"`rows` must be in [0, {turns.shape[1]}), got {int(rows.min())} to {int(rows.max())}.")
        self.turns = turns
        self.rows = rows
        self.shape = shape
        self.transform = transform
        self._takes_all = self.derive()["_takes_all"]

    def derive(self) -> Mapping[str, Any]:
        """Whether all of the numbers are taken, in their order."""
        rows = self.rows
        return {"_takes_all": len(rows) == self._size and bool((rows == torch.arange(len(rows)).to(rows)).all())}

    @classmethod
    def random(
        cls,
        measurements: int,
        shape: tuple[int, ...],
        transform: str = "dct",
        layers: int = 1,
        is_complex: bool = False,
        rng: torch.Generator | None = None,
        noise: Noise | None = None,
    ) -> Self:
        """Random turns, and random rows without repetition in ascending order.

        ``N`` is the larger of ``measurements`` and the entries of an image, for "hadamard" the next power of two.

        Args:
            measurements: the number of rows ``m``.
            shape: the shape of one image.
            transform: "dct", "hadamard" or "fourier".
            layers: how many pairs of a diagonal and a transform there are.
            is_complex: angles in place of signs.
            rng: the generator of the random numbers, on whose device they are.
            noise: the law of the measurement.

        Raises:
            ArgumentError: a count is not positive.
        """
        check_count("measurements", measurements, "give the number of rows")
        check_count("layers", layers, "one is usual")
        size = max(measurements, math.prod(shape))
        if transform == "hadamard":
            size = 2 ** (size - 1).bit_length()
        device = torch.device("cpu") if rng is None else rng.device
        numbers = torch.rand((layers, size), generator=rng, device=device)
        turns = 2 * math.pi * numbers if is_complex else numbers < 0.5
        rows = torch.randperm(size, generator=rng, device=device)[:measurements].sort().values
        return cls(turns, rows, shape, transform, noise)

    def A(self, x: Tensor) -> Tensor:
        """``L`` times a diagonal and a transform, and ``m`` of the numbers."""
        check_float(x)
        if tuple(x.shape[1:]) != tuple(self.shape):
            raise ShapeError(f"`x` must have shape (B, *{tuple(self.shape)}), got {tuple(x.shape)}; reshape it.")
        forth, _ = _TRANSFORMS[self.transform]
        used = math.prod(self.shape)
        first, *others = factors_of_turns(self.turns, x, self._scale)
        z = x.flatten(1) * first[:used]
        z = forth(F.pad(z, (0, self._size - used)) if self._size > used else z)
        for factors in others:
            z = forth(product_over(z, factors, x))
        return z if self._takes_all else take_entries(z, self.rows)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """The transposed steps in reverse."""
        check_float(y, "y")
        _, back = _TRANSFORMS[self.transform]
        used = math.prod(self.shape)
        first, *others = factors_of_turns(self.turns, y, self._scale, back=True)
        z = back(y if self._takes_all else put_entries(y, self.rows, self._size))
        for factors in reversed(others):
            z = back(product_over(z, factors, y))
        z = z[:, :used] * first[:used] if self._size > used else product_over(z, first, y)
        return z.unflatten(1, tuple(self.shape))

    def outer_diagonal(self, like: Tensor) -> Diagonal | None:
        """``n / m``, where nothing is appended."""
        if self._size != math.prod(self.shape):
            return None
        number = self._scale**2
        return Diagonal(Pixels(), Pixels(), lambda: torch.tensor(number, dtype=like.real.dtype, device=like.device))

    def gram(self, like: Tensor) -> Tensor | None:
        """One, where all rows are taken."""
        if len(self.rows) != self._size:
            return None
        return torch.ones((1,) * like.ndim, dtype=like.real.dtype, device=like.device)

    def seen(self, y: Measurement) -> None:
        """Every number of ``y``: no row is zero."""
        return

    @property
    def _size(self) -> int:
        return self.turns.shape[1]

    @property
    def _scale(self) -> float:
        return math.sqrt(self._size / len(self.rows))


def _fourier(z: Tensor) -> Tensor:
    return transformed(torch.fft.fft, z, norm="ortho")


def _fourier_inverse(z: Tensor) -> Tensor:
    return transformed(torch.fft.ifft, z, norm="ortho")


def _dct(z: Tensor) -> Tensor:
    return dct(z, 1)


def _dct_inverse(z: Tensor) -> Tensor:
    return idct(z, 1)


# There and back.
_TRANSFORMS: dict[str, tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor]]] = {
    "dct": (_dct, _dct_inverse),
    "hadamard": (walsh_hadamard, walsh_hadamard),
    "fourier": (_fourier, _fourier_inverse),
}
