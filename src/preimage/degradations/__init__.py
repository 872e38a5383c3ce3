"""Degradations of pictures: random histories of blur, resizing, noise, cameras and compression."""

from preimage.degradations.blur import BlurStep, DecimationStep, DrawnBlur, DrawnDecimation, SincStep
from preimage.degradations.camera import CameraStep, DrawnCamera
from preimage.degradations.combine import ChoiceStep, MaybeStep, RepeatStep, SequenceStep, ShuffleStep
from preimage.degradations.compress import DrawnJPEG, JPEGStep
from preimage.degradations.crop import CropStep, DrawnCrop
from preimage.degradations.noise import (
    DrawnGaussian,
    DrawnPoisson,
    DrawnSpeckle,
    GaussianNoiseStep,
    PoissonNoiseStep,
    SpeckleStep,
)
from preimage.degradations.physics import DegradationPhysics
from preimage.degradations.pipeline import DrawnPipeline, Pipeline
from preimage.degradations.published import bsrgan, bsrgan_plus, real_esrgan, scunet
from preimage.degradations.resize import DrawnResize, DrawnResizeTo, ResizeStep, ResizeToStep
from preimage.degradations.sharpen import DrawnSharpening, SharpenStep
from preimage.degradations.step import DrawnStep, Pair, Step

__all__ = [
    "BlurStep",
    "CameraStep",
    "ChoiceStep",
    "CropStep",
    "DecimationStep",
    "DegradationPhysics",
    "DrawnBlur",
    "DrawnCamera",
    "DrawnCrop",
    "DrawnDecimation",
    "DrawnGaussian",
    "DrawnJPEG",
    "DrawnPipeline",
    "DrawnPoisson",
    "DrawnResize",
    "DrawnResizeTo",
    "DrawnSharpening",
    "DrawnSpeckle",
    "DrawnStep",
    "GaussianNoiseStep",
    "JPEGStep",
    "MaybeStep",
    "Pair",
    "Pipeline",
    "PoissonNoiseStep",
    "RepeatStep",
    "ResizeStep",
    "ResizeToStep",
    "SequenceStep",
    "SharpenStep",
    "ShuffleStep",
    "SincStep",
    "SpeckleStep",
    "Step",
    "bsrgan",
    "bsrgan_plus",
    "real_esrgan",
    "scunet",
]
