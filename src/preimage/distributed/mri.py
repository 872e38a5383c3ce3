"""MRI of images that are shared by rows, in k-space shared by columns, and of films that are shared by frames."""

from torch import Tensor

from preimage.distributed.mesh import Mesh
from preimage.distributed.operator import DistributedPhysics
from preimage.distributed.pencil import CentredPencilFourier, column_placement
from preimage.distributed.sharded import as_part, require_sharded, shard
from preimage.physics import Diagonal
from preimage.physics.noise import Noise
from preimage.transform import Pixels

__all__ = ["ShardedMRI", "ShardedMultiCoilMRI"]


class _RowsToColumns(DistributedPhysics):
    """Images shared by rows, measured by columns of k-space."""

    def __init__(self, mask: Tensor, mesh: Mesh, noise: Noise | None, dims: int) -> None:
        super().__init__(noise)
        self.mask = mask
        self.mesh = mesh
        self.dims = dims

    def image(self, x: Tensor) -> Tensor:
        """The rows of this process."""
        return shard(x, self.mesh)

    def measurement(self, y: Tensor) -> Tensor:
        """The columns of this process."""
        return shard(y, self.mesh, -1)


class ShardedMRI(_RowsToColumns):
    """``A x = mask * F x`` as :class:`preimage.physics.MRI` defines it, of images that no process holds whole.

    Args:
        mask: the columns of this process, (1 or B, 1, H, columns), with ``dims=3`` (1 or B, 1, D, H, columns).
        mesh: the processes.
        dims: 2 for slices, 3 for volumes.

    Shapes: ``x`` complex, (B, 1, H, W) or with ``dims=3`` (B, 1, D, H, W), sharded along dimension 2; ``y`` likewise,
        sharded along its last dimension.
    """

    def __init__(self, mask: Tensor, mesh: Mesh, noise: Noise | None = None, dims: int = 2) -> None:
        super().__init__(mask, mesh, noise, dims)

    def diagonal(self, like: Tensor) -> Diagonal:
        """``diag(mask)`` between the spectrum and the image."""
        return Diagonal(Pixels(), CentredPencilFourier(self.mesh, self.dims), lambda: _columns(self.mask, like, self))


class ShardedMultiCoilMRI(_RowsToColumns):
    """``(A x)_c = mask * F (maps_c * x)`` as :class:`preimage.physics.MultiCoilMRI`, of images shared by rows.

    Args:
        mask: the columns of this process.
        maps: the rows of this process, (1 or B, coils, rows, W), with ``dims=3`` one dimension more.
        mesh: the processes.
        dims: 2 for slices, 3 for volumes.

    Shapes: ``x`` complex, (B, 1, H, W) or with ``dims=3`` (B, 1, D, H, W), sharded along dimension 2; ``y``
        (B, coils, ...), sharded along its last dimension.
    """

    def __init__(self, mask: Tensor, maps: Tensor, mesh: Mesh, noise: Noise | None = None, dims: int = 2) -> None:
        super().__init__(mask, mesh, noise, dims)
        self.maps = maps

    def A(self, x: Tensor) -> Tensor:
        """``mask * F (maps * x)``."""
        part = require_sharded(x, "x", 2)
        coils = as_part(self.maps.to(part.dtype) * part.local, part.placement)
        return _columns(self.mask, coils, self) * self._basis.analysis(coils)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """``sum_c conj(maps_c) * F^H (mask * y_c)``."""
        require_sharded(y, "y", -1)
        coils = require_sharded(self._basis.synthesis(_columns(self.mask, y, self) * y, tuple(y.shape)), "x", 2)
        return coils.part((self.maps.conj().to(y.dtype) * coils.local).sum(1, keepdim=True))

    def seen(self, y: Tensor) -> Tensor:
        """Where the mask is not zero."""
        return _columns(self.mask, y, self) != 0

    @property
    def _basis(self) -> CentredPencilFourier:
        return CentredPencilFourier(self.mesh, self.dims)


def _columns(mask: Tensor, like: Tensor, physics: ShardedMRI | ShardedMultiCoilMRI) -> Tensor:
    """The mask as a sharded tensor of the precision of ``like``, an image or a measurement."""
    columns = column_placement(physics.mesh, like.ndim, like.shape[-1])
    return as_part(mask.to(like.device, like.real.dtype), columns)
