"""Deep image priors: networks fitted to one measurement."""

from preimage.models.dip.early_stopping import (
    DiscrepancyStop,
    EarlyStopping,
    HeldOut,
    LastStep,
    MovingVariance,
)
from preimage.models.dip.fit import Fit
from preimage.models.dip.inputs import FourierFeatures, GuideInput, Input, MeshGrid, NoiseInput
from preimage.models.dip.inversion import PreImage, invert_features, maximise_activation, natural
from preimage.models.dip.loop import Drawn
from preimage.models.dip.networks import (
    ConvDecoder,
    DeepDecoder,
    Generator,
    ResNet,
    SkipNet,
    SkipScale,
    UNetGenerator,
    scales,
)
from preimage.models.dip.prior import DeepImagePrior
from preimage.models.dip.self_guide import SelfGuide
from preimage.models.dip.start import StartFrom

__all__ = [
    "ConvDecoder",
    "DeepDecoder",
    "DeepImagePrior",
    "DiscrepancyStop",
    "Drawn",
    "EarlyStopping",
    "Fit",
    "FourierFeatures",
    "Generator",
    "GuideInput",
    "HeldOut",
    "Input",
    "LastStep",
    "MeshGrid",
    "MovingVariance",
    "NoiseInput",
    "PreImage",
    "ResNet",
    "SelfGuide",
    "SkipNet",
    "SkipScale",
    "StartFrom",
    "UNetGenerator",
    "invert_features",
    "maximise_activation",
    "natural",
    "scales",
]
