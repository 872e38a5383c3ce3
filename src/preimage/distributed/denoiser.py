"""Denoising of images that are shared by rows: each process borrows what the receptive field reaches."""

import torch
import torch.distributed as dist
from torch import Tensor

from preimage.denoisers import Denoiser, DenoiserWrapper
from preimage.distributed.mesh import Mesh
from preimage.distributed.placement import Placement
from preimage.distributed.rows import Rows, take_rows
from preimage.distributed.sharded import require_sharded
from preimage.errors import CapabilityError

__all__ = ["ShardedDenoiser"]


class ShardedDenoiser(DenoiserWrapper):
    """A denoiser of finite receptive field on images shared by rows (volumes by planes): the result is that of it.

    Each process denoises its rows and ``receptive_radius`` rows on either side, which begin and end on the grid of the
    ``stride``, and keeps its own.

    Args:
        denoiser: what is applied in every process.
        mesh: the processes.

    Shapes: (B, C, H, W) or (B, C, D, H, W), sharded along dimension 2; ``sigma`` a float or (B,), replicated.

    Raises:
        CapabilityError: the receptive field is not known to be finite.
    """

    def __init__(self, denoiser: Denoiser, mesh: Mesh) -> None:
        super().__init__(denoiser)
        if denoiser.traits.receptive_radius is None:
            raise CapabilityError(
                f"`denoiser` must have a finite receptive field, got {type(denoiser).__name__}; take a network such as "
                "DRUNet, or instead of TV denoising a TVPrior with PDHG."
            )
        self.mesh = mesh

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        part = require_sharded(x, "x", 2)
        place = part.placement
        asked = self._asked(place)
        mine = asked[self.mesh.rank]
        rows = take_rows(part.local, place, asked)
        return part.part(self.denoiser(rows, sigma).narrow(2, place.start - mine.start, place.stop - place.start))

    def _asked(self, place: Placement) -> tuple[Rows, ...]:
        """The rows that each process denoises."""
        radius, stride = self.traits.receptive_radius or 0, self.traits.stride
        found, start = [], 0
        for size in place.lengths:
            low, high = start - radius, start + size + radius
            found.append(Rows(max(low // stride * stride, 0), min(-(-high // stride) * stride, place.total)))
            start += size
        return tuple(found)


def sum_gradients(
    state: Mesh,
    bucket: dist.GradBucket,  # pyright: ignore[reportPrivateImportUsage]
) -> torch.futures.Future[torch.Tensor]:
    """What ``DistributedDataParallel`` does with gradients where images are shared: it adds them.

    Each process' gradient of a network is that of its rows, and the gradient is their sum; by default the mean is
    taken, that of samples. Registered by ``parallel.register_comm_hook(mesh, sum_gradients)``.

    Args:
        state: the mesh.
        bucket: gradients, as PyTorch gives them.
    """
    future: torch.futures.Future[torch.Tensor] = torch.futures.Future()
    future.set_result(state.sum(bucket.buffer()))
    return future
