"""Blur of images that are shared by rows: each process borrows the rows that its kernel reaches."""

from typing import Any

from torch import Tensor

from preimage.distributed.mesh import Mesh
from preimage.distributed.operator import DistributedPhysics
from preimage.distributed.pencil import PencilFourier, column_placement
from preimage.distributed.placement import Placement
from preimage.distributed.rows import Rows, fold_rows, take_rows
from preimage.distributed.sharded import as_part, require_rows, require_sharded, shard
from preimage.errors import ShapeError
from preimage.physics import Diagonal
from preimage.physics.noise import Noise
from preimage.transform.border import Margins, Padding, pad, unpad
from preimage.transform.convolution import Method, as_filter, convolve, convolve_adjoint
from preimage.transform.transfer import transfer_function

__all__ = ["ShardedBlur"]


class ShardedBlur(DistributedPhysics):
    """``A x = k * x`` as :class:`preimage.physics.Blur` defines it, of images shared by rows (volumes by planes).

    A process takes the rows beyond its part from its neighbours, or from wherever the border rule says: for a kernel of
    ``2 r + 1`` rows that is ``r W C B`` numbers in each direction between two neighbours. Closed forms (``circular``)
    go by way of the Fourier basis, whose transforms send almost the whole image twice.

    Args:
        kernel, padding, method: as of a blur.
        mesh: the processes.

    Shapes: images and measurements (B, C, H, W) or (B, C, D, H, W), sharded along dimension 2.

    Raises:
        ShapeError: there are fewer rows than processes, or a kernel is larger than a periodic image.
    """

    def __init__(
        self, kernel: Tensor, padding: Padding, method: Method, mesh: Mesh, noise: Noise | None = None
    ) -> None:
        super().__init__(noise)
        self.kernel = kernel
        self.padding: Padding = padding
        self.method: Method = method
        self.mesh = mesh

    def image(self, x: Tensor) -> Tensor:
        """The rows of this process."""
        return shard(x, self.mesh)

    def measurement(self, y: Tensor) -> Tensor:
        """The rows of this process."""
        return shard(y, self.mesh)

    def A(self, x: Tensor) -> Tensor:
        """``k * x``: rows are borrowed, then each process blurs its own."""
        place = require_sharded(x, "x", 2).placement
        measured = self._measured(place)
        rows = take_rows(x.local, place, self._asked(place, measured))  # pyright: ignore[reportAttributeAccessIssue]
        slab = pad(rows, self._columns, self.padding) if self.padding != "valid" else rows
        return as_part(convolve(slab, self.kernel, "valid", self.method), measured)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """Correlation with ``k``; what falls into borrowed rows is given back."""
        measured = require_sharded(y, "y", 2).placement
        place = self._imaged(measured)
        slab = convolve_adjoint(y.local, self.kernel, "valid", self.method)  # pyright: ignore[reportAttributeAccessIssue]
        rows = unpad(slab, self._columns, self.padding) if self.padding != "valid" else slab
        return as_part(fold_rows(rows, place, self._asked(place, measured)), place)

    def seen(self, y: Tensor) -> None:
        """Every entry of the measurement is measured."""

    def diagonal(self, like: Tensor) -> Diagonal | None:
        """The transfer function in the Fourier basis, for ``circular``."""
        if self.padding != "circular":
            return None
        basis = PencilFourier(self.mesh, as_filter(self.kernel).ndim - 2)
        return Diagonal(basis, basis, lambda: self._transfer_function(like))

    def _transfer_function(self, like: Tensor) -> Tensor:
        """The columns of this process, (1 or B, 1 or C, H, columns)."""
        place = require_sharded(like, "x", 2).placement
        kernel = as_filter(self.kernel).to(like.real.dtype)
        sizes = (place.total, *like.shape[3:])
        columns = column_placement(self.mesh, like.ndim, sizes[-1] // 2 + 1)
        origin = tuple(size // 2 for size in kernel.shape[2:])
        return as_part(transfer_function(kernel, sizes, origin, columns=slice(columns.start, columns.stop)), columns)

    @property
    def _margins(self) -> Margins:
        """How far the kernel reaches before and after a pixel along each axis."""
        return tuple((size - 1 - size // 2, size // 2) for size in as_filter(self.kernel).shape[2:])

    @property
    def _columns(self) -> Margins:
        """The margins of the axes that are not shared."""
        return ((0, 0), *self._margins[1:])

    def _measured(self, place: Placement) -> Placement:
        """How the measurement of images that are shared like this is shared."""
        if self.padding != "valid":
            return place
        sizes = self.mesh.split(place.total - sum(self._margins[0]))
        require_rows(sizes)
        return Placement(self.mesh, 2, sizes)

    def _imaged(self, measured: Placement) -> Placement:
        """How images are shared whose measurement is shared like this."""
        if self.padding != "valid":
            return measured
        return Placement(self.mesh, 2, self.mesh.split(measured.total + sum(self._margins[0])))

    def _asked(self, place: Placement, measured: Placement) -> tuple[Rows, ...]:
        """The rows that each process needs for its rows of the measurement."""
        before, after = (0, sum(self._margins[0])) if self.padding == "valid" else self._margins[0]
        if self.padding in ("circular", "reflect") and before + after >= place.total:
            raise ShapeError(
                f"`kernel` must have fewer rows than the image, got {before + after + 1} for {place.total}; crop it."
            )
        stops = [sum(measured.lengths[: rank + 1]) for rank in range(self.mesh.size)]
        starts = [0, *stops[:-1]]
        return tuple(
            _rows(start - before, stop + after, place.total, self.padding)
            for start, stop in zip(starts, stops, strict=True)
        )


def _rows(start: int, stop: int, total: int, padding: Padding) -> Rows:
    """The rows from ``start`` to ``stop``, of which those outside of the image are found by the border rule."""
    low, high = max(start, 0), min(stop, total)
    source = _SOURCES[padding]
    return Rows(
        low,
        high,
        tuple(source(row, total) for row in range(start, low)),
        tuple(source(row, total) for row in range(high, stop)),
    )


_SOURCES: Any = {
    "valid": lambda row, total: row,
    "zero": lambda row, total: -1,
    "circular": lambda row, total: row % total,
    "replicate": lambda row, total: min(max(row, 0), total - 1),
    "reflect": lambda row, total: -row if row < 0 else 2 * (total - 1) - row,
}
