"""Blur and decimation, and their random kernels."""

from preimage.physics.blur.blur import Blur, BlurFFT
from preimage.physics.blur.channelwise import CameraPhysics, Channelwise
from preimage.physics.blur.diffraction_generator import DiffractionBlurGenerator
from preimage.physics.blur.downsampling import Downsampling
from preimage.physics.blur.downsampling_generator import DownsamplingGenerator
from preimage.physics.blur.downsampling_matlab import DownsamplingMatlab
from preimage.physics.blur.gaussian_generator import GaussianBlurGenerator
from preimage.physics.blur.limits import Limits
from preimage.physics.blur.motion_generator import MotionBlurGenerator
from preimage.physics.blur.space_varying_blur import SpaceVaryingBlur
from preimage.physics.blur.tiled_space_varying_blur import TiledSpaceVaryingBlur
from preimage.physics.blur.window import Window

__all__ = [
    "Blur",
    "BlurFFT",
    "CameraPhysics",
    "Channelwise",
    "DiffractionBlurGenerator",
    "Downsampling",
    "DownsamplingGenerator",
    "DownsamplingMatlab",
    "GaussianBlurGenerator",
    "Limits",
    "MotionBlurGenerator",
    "SpaceVaryingBlur",
    "TiledSpaceVaryingBlur",
    "Window",
]
