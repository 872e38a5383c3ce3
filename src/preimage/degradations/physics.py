"""A history of a picture as a forward model."""

from torch import Tensor

from preimage.degradations.pipeline import DrawnPipeline
from preimage.physics import Physics
from preimage.physics.noise import Noise

__all__ = ["DegradationPhysics"]


class DegradationPhysics(Physics):
    """``A(x)`` is the degraded picture of ``drawn(x)``; noise that the pipeline holds is the same in every call.

    So a restoration can be asked how well it explains a picture whose history is known.

    Args:
        drawn: the history.

    Shapes: ``x`` (B, C, H, W), in [0, 1], values outside are clipped; ``y`` as the steps make it.

    Source: this library.
    """

    def __init__(self, drawn: DrawnPipeline, noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.drawn = drawn

    def A(self, x: Tensor) -> Tensor:
        """Let the history happen to ``x``."""
        return self.drawn(x).degraded
