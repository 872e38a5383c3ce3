"""Linear measurements of several exposures of one image, computed some after others."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from preimage.machine.compiler import is_recorded
from preimage.physics.operator.diagonal_gram import DiagonalGram

__all__ = ["Exposures"]

_BLOCK = 1 << 17  # numbers of a measurement at once for each thread, which stay in its cache


class Exposures(DiagonalGram):
    """A linear ``(A x)_k = A_k x`` with one channel of the measurement for each exposure ``k``.

    What is as large as the measurement is held for some exposures at a time, unless gradients are recorded. A subclass
    has ``count`` and ``frame``, and defines :meth:`exposing` and :meth:`collecting`.
    """

    @property
    def count(self) -> int:
        """The number of exposures, K."""
        raise NotImplementedError

    @property
    def frame(self) -> tuple[int, int]:
        """The rows and columns of an exposure, (h, w)."""
        raise NotImplementedError

    def exposing(self, x: Tensor) -> Callable[[slice], Tensor]:
        """``which -> A_which x``, (B, K', h, w)."""
        raise NotImplementedError

    def collecting(self, like: Tensor) -> Callable[[Tensor | None, Tensor, slice], Tensor]:
        """``(total, y, which) -> total + A_which^H y``, for ``y`` (B, K', h, w) like ``like``.

        Where there is no ``total``, it is zero; else it may be overwritten.
        """
        raise NotImplementedError

    def A(self, x: Tensor) -> Tensor:
        """The waves of all exposures, side by side."""
        return self.measured(x, lambda wave: wave)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """The sum over the exposures."""
        return self.collected(y, lambda which: y[:, which])

    def measured(self, x: Tensor, function: Callable[[Tensor], Tensor]) -> Tensor:
        """``function(A x)`` for a function of single numbers."""
        expose = self.exposing(x)
        blocks = self.blocks(x)
        if len(blocks) == 1:
            return function(expose(blocks[0]))
        y = None
        for which in blocks:
            part = function(expose(which))
            y = part.new_empty((len(part), self.count, *self.frame)) if y is None else y
            y[:, which] = part
        assert y is not None
        return y

    def collected(self, like: Tensor, parts: Callable[[slice], Tensor]) -> Tensor:
        """``A^H y`` of a ``y`` like ``like``, of which ``parts`` gives the exposures that are asked for."""
        collect, total = self.collecting(like), None
        for which in self.blocks(like):
            total = collect(total, parts(which), which)
        assert total is not None
        return total

    def blocks(self, x: Tensor) -> list[slice]:
        """Exposures that are computed at a time: all where operations are recorded or traced, or are no CPU's."""
        tensors = (x, *self.parameters(), *self.buffers())
        if type(x) is not Tensor or x.device.type != "cpu" or is_recorded(*tensors):
            return [slice(None)]
        few = max(1, torch.get_num_threads() * _BLOCK // max(1, len(x) * math.prod(self.frame)))
        return [slice(start, start + few) for start in range(0, self.count, few)]
