"""What air does to light on its way to the camera."""

from preimage.physics.optics.haze import Haze

__all__ = [
    "Haze",
]
