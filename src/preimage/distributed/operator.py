"""What every distributed operator is: linear, with the way from a whole image or measurement to the parts."""

from torch import Tensor

from preimage._tree import Measurement
from preimage.distributed.mesh import Mesh
from preimage.physics import LinearPhysics

__all__ = ["DistributedPhysics"]


class DistributedPhysics(LinearPhysics):
    """A linear operator whose image, measurement or both are shared among the processes of a mesh.

    It computes what the operator it was made of computes, and every algorithm takes it as it takes that one. All
    processes must make the same calls in the same order. Made by :func:`distribute`.

    Args:
        mesh: the processes.
    """

    mesh: Mesh

    def image(self, x: Tensor) -> Tensor:
        """The share of this process of the whole image ``x``: a part, or all of it where images are replicated."""
        raise NotImplementedError

    def measurement(self, y: Measurement) -> Measurement:
        """The share of this process of the whole measurement ``y`` of the operator that is distributed."""
        raise NotImplementedError
