"""Random parameters of forward models: ``physics(x, **generator(batch, rng))``."""

from preimage.physics.blur.diffraction_generator import DiffractionBlurGenerator
from preimage.physics.blur.downsampling_generator import DownsamplingGenerator
from preimage.physics.blur.field_generators import ProductConvolutionBlurGenerator, TiledBlurGenerator
from preimage.physics.blur.gaussian_generator import GaussianBlurGenerator
from preimage.physics.blur.motion_generator import MotionBlurGenerator
from preimage.physics.camera.camera_pipeline_generator import CameraPipelineGenerator
from preimage.physics.microscopy.diffraction_generator_3d import ConfocalBlurGenerator3D, DiffractionBlurGenerator3D
from preimage.physics.mri.masks.equispaced import EquispacedMaskGenerator
from preimage.physics.mri.masks.poisson_disc import PoissonDiscMaskGenerator
from preimage.physics.mri.masks.weighted import GaussianMaskGenerator, PolyOrderMaskGenerator, RandomMaskGenerator
from preimage.physics.parameters.base import ParameterGenerator, SumGenerator
from preimage.physics.parameters.mixture import GeneratorMixture
from preimage.physics.parameters.scalar import GainGenerator, SigmaGenerator
from preimage.physics.parameters.splitting import (
    Artifact2ArtifactSplittingMaskGenerator,
    BernoulliSplittingMaskGenerator,
    GaussianSplittingMaskGenerator,
    InterleavedSplittingMaskGenerator,
    MultiplicativeSplittingMaskGenerator,
    Phase2PhaseSplittingMaskGenerator,
    SplittingMaskGenerator,
)

__all__ = [
    "Artifact2ArtifactSplittingMaskGenerator",
    "BernoulliSplittingMaskGenerator",
    "CameraPipelineGenerator",
    "ConfocalBlurGenerator3D",
    "DiffractionBlurGenerator",
    "DiffractionBlurGenerator3D",
    "DownsamplingGenerator",
    "EquispacedMaskGenerator",
    "GainGenerator",
    "GaussianBlurGenerator",
    "GaussianMaskGenerator",
    "GaussianSplittingMaskGenerator",
    "GeneratorMixture",
    "InterleavedSplittingMaskGenerator",
    "MotionBlurGenerator",
    "MultiplicativeSplittingMaskGenerator",
    "ParameterGenerator",
    "Phase2PhaseSplittingMaskGenerator",
    "PoissonDiscMaskGenerator",
    "PolyOrderMaskGenerator",
    "ProductConvolutionBlurGenerator",
    "RandomMaskGenerator",
    "SigmaGenerator",
    "SplittingMaskGenerator",
    "SumGenerator",
    "TiledBlurGenerator",
]
