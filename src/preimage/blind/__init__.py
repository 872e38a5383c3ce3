"""What is unknown of a picture, found from the picture alone: its noise, and the traces of what was done to it."""

from preimage.blind.jpeg import JPEGTraces, find_jpeg
from preimage.blind.kernel import KernelEstimate, estimate_kernel
from preimage.blind.noise import NoiseEstimate, estimate_noise
from preimage.blind.rescaling import RescalingTraces, find_rescaling

__all__ = [
    "JPEGTraces",
    "KernelEstimate",
    "NoiseEstimate",
    "RescalingTraces",
    "estimate_kernel",
    "estimate_noise",
    "find_jpeg",
    "find_rescaling",
]
