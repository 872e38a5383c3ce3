"""The w-term by transforms of real planes."""

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from preimage.transform.half_grid import HalfGrid

__all__ = ["RealPlanes"]


class RealPlanes:
    r"""``y_j = sum_p exp(2 pi i w_j d(p)) x(p) exp(-2 pi i k_j . (p - c)) / sqrt(N)`` for a real ``x``.

    ``exp(2 pi i w d)`` is interpolated between Chebyshev nodes of ``[-most, most]``, after a middle depth, which is
    left to the visibilities. Nodes come in pairs of opposite sign, which share a plane of cosines and one of sines: two
    transforms of real images in place of two of complex ones, which cost twice as much.

    Args:
        grid: the transform of real images at the frequencies.
        w: those of all visibilities, (M,), of modulus at most ``most``.
        most: the end of the interval.
        depth: ``d`` without its middle, (H, W).
        middle: the middle, a number.
        count: the number of nodes.
    """

    def __init__(self, grid: HalfGrid, w: Tensor, most: float, depth: Tensor, middle: float, count: int) -> None:
        self.grid = grid
        self.place = w / most if most > 0 else torch.zeros_like(w)
        self.nodes = [(angle, most * math.cos(angle)) for angle in _angles(count)]
        self.angles = 2 * math.pi * depth
        self.turn = 2 * math.pi * middle * w
        self.count = count

    def samples(self, x: Tensor) -> Tensor:
        """``y`` (M,) of the real image ``x`` (H, W)."""
        y = torch.complex(torch.zeros_like(self.turn), torch.zeros_like(self.turn))
        real, imaginary = y.real, y.imag
        for node, even, odd in self._shares():
            seen = self.grid.samples(lambda which, node=node: (node * self.angles[which]).cos_().mul_(x[which]))
            real.addcmul_(even, seen.real)
            imaginary.addcmul_(even, seen.imag)
            if odd is not None:
                seen = self.grid.samples(lambda which, node=node: (node * self.angles[which]).sin_().mul_(x[which]))
                real.addcmul_(odd, seen.imag, value=-1)
                imaginary.addcmul_(odd, seen.real)
        return y.mul_(torch.complex(self.turn.cos(), self.turn.sin()))

    def image(self, y: Tensor) -> Tensor:
        """The real part of the adjoint, (H, W), for ``y`` (M,)."""
        x = torch.zeros_like(self.angles)
        value = y * torch.complex(self.turn.cos(), -self.turn.sin())
        for node, even, odd in self._shares():

            def add_cosines(which: slice, rows: Tensor, node: float = node) -> None:
                x[which].addcmul_((node * self.angles[which]).cos_(), rows)

            def add_sines(which: slice, rows: Tensor, node: float = node) -> None:
                x[which].addcmul_((node * self.angles[which]).sin_(), rows)

            self.grid.image(even * value, add_cosines)
            if odd is not None:
                self.grid.image(torch.complex(odd * value.imag, -odd * value.real), add_sines)
        return x

    def _shares(self) -> Iterator[tuple[float, Tensor, Tensor | None]]:
        """Each node above zero, and what visibilities take of its plane of cosines, and of ``i`` times that of sines.

        Sum and difference of the Lagrange polynomials of a node and its opposite, in Chebyshev polynomials.
        """
        for angle, node in self.nodes:
            before, polynomial = torch.ones_like(self.place), self.place
            is_middle = 2 * angle > math.pi * (1 - 0.5 / self.count)
            shares = [before.clone(), torch.zeros_like(self.place)]
            for degree in range(1, self.count):
                shares[degree % 2].add_(polynomial, alpha=2 * math.cos(degree * angle))
                before, polynomial = polynomial, (2 * self.place).mul_(polynomial).sub_(before)
            even, odd = (share.mul_((1 if is_middle else 2) / self.count) for share in shares)
            yield node, even, None if is_middle else odd


def _angles(count: int) -> list[float]:
    """Those of the Chebyshev nodes from the first to the middle."""
    return [math.pi * (number + 0.5) / count for number in range((count + 1) // 2)]
