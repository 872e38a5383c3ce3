"""Named weights: ``zoo.load("drunet-color-compact")`` gives a network that is ready to use.

The package of an architecture is imported when its weights are loaded.
"""

from preimage.zoo.checkpoint import load_file, read_tensors, sha256
from preimage.zoo.loader import (
    digest_of,
    load,
    load_denoiser,
    load_generator,
    load_metric,
    load_noise_level,
    load_reconstructor,
)
from preimage.zoo.lpips import load_lpips
from preimage.zoo.table import Weights, build, describe, names

__all__ = [
    "Weights",
    "build",
    "describe",
    "digest_of",
    "load",
    "load_denoiser",
    "load_file",
    "load_generator",
    "load_lpips",
    "load_metric",
    "load_noise_level",
    "load_reconstructor",
    "names",
    "read_tensors",
    "sha256",
]
