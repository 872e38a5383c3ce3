"""Operators that treat every frame of a film on its own: each process has some frames, and nothing is sent."""

import torch
from torch import Tensor

from preimage.distributed.collectives import every_partial
from preimage.distributed.mesh import Mesh
from preimage.distributed.operator import DistributedPhysics
from preimage.distributed.sharded import require_sharded, shard
from preimage.physics import LinearPhysics
from preimage.physics.noise import Noise

__all__ = ["FramewisePhysics"]


class FramewisePhysics(DistributedPhysics):
    """An operator that does to each frame of a film what it does whatever the other frames are.

    Args:
        part: the operator of this process' frames.
        mesh: the processes.
        noise: the law of the measurement given ``A(x)``.

    Shapes: films and measurements (B, C, T, ...), sharded along their frames.
    """

    def __init__(self, part: LinearPhysics, mesh: Mesh, noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.part = part
        self.mesh = mesh

    def image(self, x: Tensor) -> Tensor:
        """The frames of this process."""
        return shard(x, self.mesh)

    def measurement(self, y: Tensor) -> Tensor:
        """The frames of this process."""
        return shard(y, self.mesh)

    def A(self, x: Tensor) -> Tensor:
        """The measurement of every frame of this process."""
        film = require_sharded(x, "x", 2)
        return film.part(self.part.A(film.local))

    def A_adjoint(self, y: Tensor) -> Tensor:
        """The adjoint, frame by frame."""
        film = require_sharded(y, "y", 2)
        return film.part(self.part.A_adjoint(film.local))

    def A_dagger(self, y: Tensor) -> Tensor:
        """Every frame's least-squares solution of minimum norm."""
        film = require_sharded(y, "y", 2)
        return film.part(self.part.A_dagger(film.local))

    def solve_shifted(self, b: Tensor, rho: float | Tensor) -> Tensor:
        """``(A^H A + rho)^-1 b``, frame by frame."""
        film = require_sharded(b, "b", 2)
        return film.part(self.part.solve_shifted(film.local, rho))

    def solve_regularized(self, y: Tensor, rho: float | Tensor) -> Tensor:
        """``(A^H A + rho)^-1 A^H y``, frame by frame."""
        film = require_sharded(y, "y", 2)
        return film.part(self.part.solve_regularized(film.local, rho))

    def norm(self, like: Tensor) -> Tensor:
        """The largest of those of the parts."""
        return torch.amax(every_partial(self.part.norm(require_sharded(like, "x", 2).local), self.mesh), 0)

    def seen(self, y: Tensor) -> Tensor | None:
        """What is measured of every frame."""
        film = require_sharded(y, "y", 2)
        seen = self.part.seen(film.local)
        return seen if seen is None or seen.shape[2] == 1 else film.part(seen)
