"""Operators whose measurement is shared: by views, coils or sensors. Every process has the image."""

from collections.abc import Callable, Sequence

from torch import Tensor
from typing_extensions import Self

from preimage._tree import Measurement, tree_map
from preimage.distributed.collectives import for_all, sum_of_all
from preimage.distributed.mesh import Mesh
from preimage.distributed.operator import DistributedPhysics
from preimage.distributed.placement import Placement
from preimage.distributed.sharded import as_part, require_rows, require_sharded, shard
from preimage.physics import LinearPhysics, Stack
from preimage.physics.noise import Noise, ProximableNoise, ProximableStackedNoise, StackedNoise

__all__ = ["SplitPhysics", "SplitStack"]


class SplitPhysics(DistributedPhysics):
    """``A`` by rows: process ``r`` computes ``A_r x``, and ``A^H y = sum_r A_r^H y_r`` is summed over the processes.

    Args:
        part: this process' rows ``A_r`` of the operator.
        mesh: the processes.
        sizes: how many entries of ``y`` each process has along ``dim``.
        dim: the dimension of ``y`` that is shared.
        noise: the law of the measurement given ``A(x)``.

    Shapes: ``x`` replicated, a plain tensor; ``y`` sharded along ``dim``.
    """

    def __init__(
        self, part: LinearPhysics, mesh: Mesh, sizes: tuple[int, ...], dim: int, noise: Noise | None = None
    ) -> None:
        super().__init__(noise)
        self.part = part
        self.mesh = mesh
        self.sizes = sizes
        self.dim = dim

    def image(self, x: Tensor) -> Tensor:
        """``x``."""
        return x

    def measurement(self, y: Tensor) -> Tensor:
        """The views, coils or entries of this process."""
        return shard(y, self.mesh, self.dim)

    def A(self, x: Tensor) -> Tensor:
        """``A_r x`` in process ``r``; nothing is sent."""
        return self._placed(self.part.A(for_all(x, self.mesh)))

    def A_adjoint(self, y: Tensor) -> Tensor:
        """``sum_r A_r^H y_r``, replicated: one sum of an image over the processes."""
        return sum_of_all(self.part.A_adjoint(require_sharded(y, "y", self.dim).local), self.mesh)

    def normal_map(self, like: Tensor) -> Callable[[Tensor], Tensor]:
        """``sum_r A_r^H A_r x``."""
        normal = self.part.normal_map(like)
        return lambda x: sum_of_all(normal(for_all(x, self.mesh)), self.mesh)

    def seen(self, y: Tensor) -> Tensor | None:
        """What each part measures."""
        seen = self.part.seen(require_sharded(y, "y", self.dim).local)
        if seen is None or seen.ndim <= self.dim or seen.shape[self.dim] == 1:
            return seen
        return self._placed(seen)

    def _placed(self, y: Tensor) -> Tensor:
        return as_part(y, Placement(self.mesh, self.dim % y.ndim, self.sizes))


class SplitStack(DistributedPhysics):
    """A stack of operators, of which each process has some, in turn: operator ``i`` is that of process ``i mod P``.

    Args:
        parts: this process' operators.
        mesh: the processes.
        count: how many operators there are in all.
        noise: the laws of all operators, in their order.

    Shapes: ``x`` replicated; ``y`` is a tuple of ``count`` tensors, each of them whole in the process that has the
        operator, and without entries in the others.
    """

    def __init__(self, parts: Sequence[LinearPhysics], mesh: Mesh, count: int, noise: Noise | None = None) -> None:
        super().__init__(noise)
        require_rows(mesh.split(count))
        self.parts = parts
        self.mesh = mesh
        self.count = count

    def map_noise(self, change: Callable[[Noise], Noise]) -> Self:
        """The same sensors, each under ``change`` of its own noise."""
        noises = [change(part) for part in self.noise.parts]
        closed = all(isinstance(noise, ProximableNoise) for noise in noises)
        return self.replace(noise=ProximableStackedNoise(noises) if closed else StackedNoise(noises))

    def image(self, x: Tensor) -> Tensor:
        """``x``."""
        return x

    def measurement(self, y: Measurement) -> Measurement:
        """The measurements of this process' operators."""
        mine = self.mesh.rank
        return tuple(
            self._placed(part if number % self.mesh.size == mine else part.new_empty(len(part), 0))
            for number, part in enumerate(y)
        )

    def A(self, x: Tensor) -> Measurement:
        """``A_i x`` of this process' operators; nothing is sent."""
        shared = for_all(x, self.mesh)
        mine = iter([operator.A(shared) for operator in self.parts])
        nothing = x.new_empty(len(x), 0)
        return tuple(self._placed(next(mine) if self._is_mine(i) else nothing) for i in range(self.count))

    def A_adjoint(self, y: Measurement) -> Tensor:
        """``sum_i A_i^H y_i``, replicated: the operators of a process in their order, then one sum over them."""
        mine = [part.local for number, part in enumerate(y) if self._is_mine(number)]
        return sum_of_all(Stack(self.parts).A_adjoint(tuple(mine)), self.mesh)

    def seen(self, y: Measurement) -> Measurement:
        """What each sensor measures."""
        mine = iter(self.parts)
        return tuple(
            tree_map(self._masked, next(mine).seen(part.local)) if self._is_mine(number) else None
            for number, part in enumerate(y)
        )

    def _is_mine(self, number: int) -> bool:
        return number % self.mesh.size == self.mesh.rank

    def _masked(self, seen: Tensor | None) -> Tensor | None:
        return None if seen is None else self._placed(seen)

    def _placed(self, y: Tensor) -> Tensor:
        return as_part(y, Placement(self.mesh, 1, None))


def split_of(
    physics: LinearPhysics, cut: Callable[[slice], LinearPhysics], total: int, mesh: Mesh, dim: int
) -> SplitPhysics:
    """The operator by parts.

    Args:
        physics: the whole.
        cut: the operator of some of its rows.
        total: how many there are.
        mesh: the processes.
        dim: the dimension of the measurement along which they lie.
    """
    sizes = mesh.split(total)
    require_rows(sizes)
    start = sum(sizes[: mesh.rank])
    return SplitPhysics(cut(slice(start, start + sizes[mesh.rank])), mesh, sizes, dim, physics.noise)
