"""A sparse model as a reconstructor."""

from torch import Tensor

from preimage._tree import Measurement
from preimage.errors import ShapeError
from preimage.models.sparse.sc import SC
from preimage.physics import Physics
from preimage.reconstructor import Reconstructor

__all__ = ["SparseReconstructor"]


class SparseReconstructor(Reconstructor):
    """``x_hat = model.reconstruct(y, physics)`` for denoising, inpainting and demosaicing by a sparse model.

    Args:
        model: such as :class:`GroupSC`; its parameters are learned.

    Raises:
        CapabilityError: the physics, in a call, is another one.
        ShapeError: the measurement, in a call, is a tuple.
    """

    def __init__(self, model: SC) -> None:
        super().__init__()
        self.model = model

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The reconstruction of each sample of ``y``."""
        if not isinstance(y, Tensor):
            raise ShapeError(f"`y` must be a tensor (B, C, H, W), got a {type(y).__name__}; give one sensor's.")
        return self.model.reconstruct(y, physics)
