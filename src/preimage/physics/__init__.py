"""Forward models ``y = physics(x)``.

Whole modalities load when one of their names is first asked for.
"""

from typing import TYPE_CHECKING, Any

from preimage._lazy import lazy_name
from preimage.physics import kernels
from preimage.physics.blur import (
    Blur,
    BlurFFT,
    Downsampling,
    DownsamplingMatlab,
    SpaceVaryingBlur,
    TiledSpaceVaryingBlur,
)
from preimage.physics.network import FeatureMap
from preimage.physics.noise import (
    BandingNoise,
    BinomialNoise,
    CameraNoise,
    CorrelatedGaussianNoise,
    EMCCDNoise,
    FisherTippettNoise,
    GammaNoise,
    GaussianNoise,
    LaplaceNoise,
    LogPoissonNoise,
    NegativeBinomialNoise,
    NoNoise,
    PoissonGaussianNoise,
    PoissonNoise,
    QuantizedGaussianNoise,
    RicianNoise,
    SaltPepperNoise,
    UniformGaussianNoise,
    UniformNoise,
)
from preimage.physics.operator import Diagonal, LinearPhysics, Physics, Stack, stack, transform_domain
from preimage.physics.optics import Haze
from preimage.physics.pixelwise import Decolorize, Demosaicing, Denoising, Inpainting

if TYPE_CHECKING:
    from preimage.physics import coils, corrections, densities, generators, microscopy, radio, spectral, trajectories
    from preimage.physics.camera import CameraPipeline, RawCamera
    from preimage.physics.codec import JPEG
    from preimage.physics.compressive import (
        CompressedSensing,
        LenslessCamera,
        SinglePixelCamera,
        StructuredRandom,
        VideoSnapshot,
    )
    from preimage.physics.lidar import SinglePhotonLidar
    from preimage.physics.mri import (
        MRI,
        DynamicMRI,
        MultiCoilMRI,
        NonCartesianMRI,
        OffResonance,
        SequentialMRI,
        Subspace,
    )
    from preimage.physics.pet import PET, DetectorPairs, RingScanner
    from preimage.physics.phase import (
        BornScattering,
        CodedDiffraction,
        CodedDiffractionLinearOperator,
        FarField,
        FresnelPropagation,
        InlineHolography,
        IntensityPhysics,
        PhaseRetrieval,
        Propagation,
        Ptychography,
        PtychographyLinearOperator,
        PtychographyProbeOperator,
        RandomPhaseRetrieval,
        Scattering,
        SpatialUnwrapping,
        StructuredRandomPhaseRetrieval,
        WrappingPhysics,
        build_probe,
        generate_shifts,
    )
    from preimage.physics.radio import RadioInterferometry, WideFieldInterferometry
    from preimage.physics.spectral import CompressiveSpectralImaging, HyperSpectralUnmixing, Pansharpen
    from preimage.physics.tomography import ConeBeam, FanBeam, ParallelBeam, Tomography

__all__ = [
    "JPEG",
    "MRI",
    "PET",
    "BandingNoise",
    "BinomialNoise",
    "Blur",
    "BlurFFT",
    "BornScattering",
    "CameraNoise",
    "CameraPipeline",
    "CodedDiffraction",
    "CodedDiffractionLinearOperator",
    "CompressedSensing",
    "CompressiveSpectralImaging",
    "ConeBeam",
    "CorrelatedGaussianNoise",
    "Decolorize",
    "Demosaicing",
    "Denoising",
    "DetectorPairs",
    "Diagonal",
    "Downsampling",
    "DownsamplingMatlab",
    "DynamicMRI",
    "EMCCDNoise",
    "FanBeam",
    "FarField",
    "FeatureMap",
    "FisherTippettNoise",
    "FresnelPropagation",
    "GammaNoise",
    "GaussianNoise",
    "Haze",
    "HyperSpectralUnmixing",
    "InlineHolography",
    "Inpainting",
    "IntensityPhysics",
    "LaplaceNoise",
    "LenslessCamera",
    "LinearPhysics",
    "LogPoissonNoise",
    "MultiCoilMRI",
    "NegativeBinomialNoise",
    "NoNoise",
    "NonCartesianMRI",
    "OffResonance",
    "Pansharpen",
    "ParallelBeam",
    "PhaseRetrieval",
    "Physics",
    "PoissonGaussianNoise",
    "PoissonNoise",
    "Propagation",
    "Ptychography",
    "PtychographyLinearOperator",
    "PtychographyProbeOperator",
    "QuantizedGaussianNoise",
    "RadioInterferometry",
    "RandomPhaseRetrieval",
    "RawCamera",
    "RicianNoise",
    "RingScanner",
    "SaltPepperNoise",
    "Scattering",
    "SequentialMRI",
    "SinglePhotonLidar",
    "SinglePixelCamera",
    "SpaceVaryingBlur",
    "SpatialUnwrapping",
    "Stack",
    "StructuredRandom",
    "StructuredRandomPhaseRetrieval",
    "Subspace",
    "TiledSpaceVaryingBlur",
    "Tomography",
    "UniformGaussianNoise",
    "UniformNoise",
    "VideoSnapshot",
    "WideFieldInterferometry",
    "WrappingPhysics",
    "build_probe",
    "coils",
    "corrections",
    "densities",
    "generate_shifts",
    "generators",
    "kernels",
    "microscopy",
    "radio",
    "spectral",
    "stack",
    "trajectories",
    "transform_domain",
]


_HOMES = {
    "preimage.physics.radio": ("RadioInterferometry", "WideFieldInterferometry"),
    "preimage.physics.spectral": ("CompressiveSpectralImaging", "HyperSpectralUnmixing", "Pansharpen"),
    "preimage.physics.lidar": ("SinglePhotonLidar",),
    "preimage.physics.camera": ("CameraPipeline", "RawCamera"),
    "preimage.physics.codec": ("JPEG",),
    "preimage.physics.mri": (
        "MRI",
        "DynamicMRI",
        "MultiCoilMRI",
        "NonCartesianMRI",
        "OffResonance",
        "SequentialMRI",
        "Subspace",
    ),
    "preimage.physics.compressive": (
        "CompressedSensing",
        "LenslessCamera",
        "SinglePixelCamera",
        "StructuredRandom",
        "VideoSnapshot",
    ),
    "preimage.physics.phase": (
        "BornScattering",
        "Scattering",
        "CodedDiffraction",
        "CodedDiffractionLinearOperator",
        "FarField",
        "FresnelPropagation",
        "InlineHolography",
        "IntensityPhysics",
        "PhaseRetrieval",
        "Propagation",
        "Ptychography",
        "PtychographyLinearOperator",
        "PtychographyProbeOperator",
        "RandomPhaseRetrieval",
        "SpatialUnwrapping",
        "StructuredRandomPhaseRetrieval",
        "WrappingPhysics",
        "build_probe",
        "generate_shifts",
    ),
    "preimage.physics.pet": ("PET", "DetectorPairs", "RingScanner"),
    "preimage.physics.tomography": ("ConeBeam", "FanBeam", "ParallelBeam", "Tomography"),
}

_MODULES = ("coils", "corrections", "densities", "generators", "microscopy", "radio", "spectral", "trajectories")


def __getattr__(name: str) -> Any:
    """Import a modality, or a module, when one of its names is first asked for."""
    return lazy_name(
        __name__, name, _HOMES, ("coils", "corrections", "densities", "generators", "microscopy", "trajectories")
    )


def __dir__() -> list[str]:
    return __all__
