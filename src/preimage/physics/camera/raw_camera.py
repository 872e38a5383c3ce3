"""The raw data of which a camera made a picture."""

from torch import Tensor

from preimage.physics.camera.camera_pipeline import CameraPipeline
from preimage.physics.noise import Noise
from preimage.physics.operator.base import Physics
from preimage.physics.pixelwise.demosaicing import Demosaicing

__all__ = ["RawCamera"]


class RawCamera(Physics):
    """``A(x) = mosaic(pipeline.inverse(x))``: what the sensor measured of the scene that was finished to ``x``.

    The noise of a camera belongs here: between the light and the picture. ``pipeline(demosaicked y)`` is the picture
    that the camera would have made of the noisy measurement.

    Args:
        pipeline: how the camera develops a picture.
        pattern: colours of a cell of the mosaic, row by row: "RGGB", "BGGR", "GRBG" or "GBRG".

    Shapes: ``x`` (B, 3, H, W), in [0, 1]; ``y`` (B, 1, H, W), in proportion to light.

    Raises:
        ArgumentError: there is no such pattern.

    Source: Brooks et al., "Unprocessing images for learned raw denoising", CVPR 2019.
    """

    def __init__(self, pipeline: CameraPipeline, pattern: str = "RGGB", noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.pipeline = pipeline
        self.pattern = pattern
        self._mosaic = Demosaicing(pattern)

    def A(self, x: Tensor) -> Tensor:
        """One colour a pixel of the light behind ``x``."""
        return self._mosaic.A(self.pipeline.inverse(x))
