"""Cameras: pictures developed from what a sensor saw, and the raw data behind finished pictures."""

from preimage.physics.camera.camera_pipeline import CameraPipeline
from preimage.physics.camera.raw_camera import RawCamera

__all__ = ["CameraPipeline", "RawCamera"]
