"""Random projections, and cameras that measure less than a picture."""

from preimage.physics.compressive.compressed_sensing import CompressedSensing
from preimage.physics.compressive.lensless_camera import LenslessCamera
from preimage.physics.compressive.pattern_order import pattern_order
from preimage.physics.compressive.single_pixel_camera import SinglePixelCamera
from preimage.physics.compressive.structured_random import StructuredRandom
from preimage.physics.compressive.video_snapshot import VideoSnapshot

__all__ = [
    "CompressedSensing",
    "LenslessCamera",
    "SinglePixelCamera",
    "StructuredRandom",
    "VideoSnapshot",
    "pattern_order",
]
