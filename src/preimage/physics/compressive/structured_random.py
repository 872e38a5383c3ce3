"""Random projections by fast transforms."""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor
from typing_extensions import Self

from preimage._ranges import check_count
from preimage._shapes import check_float
from preimage._tree import Measurement
from preimage.errors import ArgumentError, ShapeError
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
        missing = self._size - math.prod(self.shape)
        z = F.pad(x.flatten(1), (0, missing)) if missing else x.flatten(1)
        for layer, turn in enumerate(self.turns):
            z = forth(z * self._factors(turn, z, self._scale_of(layer)))
        return z.index_select(1, self.rows)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """The transposed steps in reverse."""
        check_float(y, "y")
        _, back = _TRANSFORMS[self.transform]
        z = y.new_zeros((len(y), self._size)).index_copy(1, self.rows, y)
        for layer, turn in reversed(list(enumerate(self.turns))):
            z = back(z)
            z = z * self._factors(-turn if turn.is_floating_point() else turn, z, self._scale_of(layer))
        return z[:, : math.prod(self.shape)].unflatten(1, tuple(self.shape))

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

    def _scale_of(self, layer: int) -> float:
        """What is multiplied along with a diagonal: the factor of the operator, once."""
        return 1.0 if layer else self._scale

    def _factors(self, turn: Tensor, like: Tensor, scale: float) -> Tensor:
        """What a diagonal multiplies numbers like ``like`` by, times ``scale``: both in one pass over them."""
        if turn.dtype == torch.bool:
            return (scale * (1 - 2 * turn.to(like.real.dtype))).to(like.dtype)
        angle = turn.to(like.real.dtype)
        factors = torch.complex(angle.cos(), angle.sin())  # a third of the time of `polar`
        return factors if scale == 1 else scale * factors


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
