"""Random masks that split a measurement in two: one part to see, the other to be judged by."""

from preimage.physics.parameters.splitting.base import SplittingMaskGenerator
from preimage.physics.parameters.splitting.bernoulli import BernoulliSplittingMaskGenerator
from preimage.physics.parameters.splitting.frames import (
    Artifact2ArtifactSplittingMaskGenerator,
    Phase2PhaseSplittingMaskGenerator,
)
from preimage.physics.parameters.splitting.gaussian import GaussianSplittingMaskGenerator
from preimage.physics.parameters.splitting.interleaved import InterleavedSplittingMaskGenerator
from preimage.physics.parameters.splitting.multiplicative import MultiplicativeSplittingMaskGenerator

__all__ = [
    "Artifact2ArtifactSplittingMaskGenerator",
    "BernoulliSplittingMaskGenerator",
    "GaussianSplittingMaskGenerator",
    "InterleavedSplittingMaskGenerator",
    "MultiplicativeSplittingMaskGenerator",
    "Phase2PhaseSplittingMaskGenerator",
    "SplittingMaskGenerator",
]
