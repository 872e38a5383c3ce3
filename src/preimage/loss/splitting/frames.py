"""Frames of a film predict each other."""

from preimage.loss.splitting.splitting_loss import SplittingLoss
from preimage.physics.generators import Artifact2ArtifactSplittingMaskGenerator, Phase2PhaseSplittingMaskGenerator

__all__ = ["Artifact2ArtifactLoss", "Phase2PhaseLoss"]


class Phase2PhaseLoss(SplittingLoss):
    """:class:`SplittingLoss` of films: every other frame is shown, the odd or the even ones, and the rest is judged.

    It needs a network that draws all frames from half of them, noise that is independent from frame to frame, and
    frames between which little moves. The network is used as it is, on all frames.

    Args:
        shape: the shape of a measurement without the batch, (C, T, H, W).

    Raises:
        ShapeError: the shape has fewer than three axes; the measurement is of another.

    Source: Eldeniz et al., "Phase2Phase", Investigative Radiology 56, 2021.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__(Phase2PhaseSplittingMaskGenerator(shape))
        self.shape = shape


class Artifact2ArtifactLoss(SplittingLoss):
    """:class:`SplittingLoss` of films: a stretch of frames is shown, and all others are judged.

    It needs a network that draws all frames from a few, noise that is independent from frame to frame, and a scene that
    is the same in all stretches. The published method judges one other stretch, drawn at random; the mean over all of
    them has the same expectation. The network is used as it is, on all frames.

    Args:
        shape: the shape of a measurement without the batch, (C, T, H, W).
        frames: length of a stretch, >= 1; the number of all frames is a multiple of it.

    Raises:
        ArgumentError: the frames do not divide into stretches of that length.
        ShapeError: the shape has fewer than three axes; the measurement is of another.

    Source: Liu et al., "RARE: image reconstruction using deep priors learned without groundtruth", IEEE JSTSP 2020.
    """

    def __init__(self, shape: tuple[int, ...], frames: int = 2) -> None:
        super().__init__(Artifact2ArtifactSplittingMaskGenerator(shape, frames))
        self.shape = shape
        self.frames = frames
