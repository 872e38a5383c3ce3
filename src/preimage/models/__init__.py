"""Published reconstruction networks: ``x_hat = model(y, physics)``."""

from preimage.models.artifact_removal import ArtifactRemoval
from preimage.models.dip import (
    ConvDecoder,
    DeepDecoder,
    DeepImagePrior,
    FourierFeatures,
    GuideInput,
    MeshGrid,
    NoiseInput,
    ResNet,
    SelfGuide,
    SkipNet,
    UNetGenerator,
)
from preimage.models.equivariance import EquivariantReconstructor, equivariant
from preimage.models.generative import CSGM, DCGANGenerator, LatentSearch
from preimage.models.kernel_identification import KernelIdentificationNetwork
from preimage.models.lista import LISTA, LISTAEncoder
from preimage.models.modl import MoDL
from preimage.models.pannet import PanNet
from preimage.models.pdnet import PDNet
from preimage.models.ram import RAM
from preimage.models.rrdbnet import RRDBNet
from preimage.models.sparse import SC, CentralizedSC, GroupSC, Search, SparseReconstructor
from preimage.models.subpixel_unet import SubpixelUNet
from preimage.models.swinir_upscaler import SwinIRUpscaler
from preimage.models.usrnet import ResidualUSRNet, USRNet
from preimage.models.varnet import VarNet

__all__ = [
    "CSGM",
    "LISTA",
    "RAM",
    "SC",
    "ArtifactRemoval",
    "CentralizedSC",
    "ConvDecoder",
    "DCGANGenerator",
    "DeepDecoder",
    "DeepImagePrior",
    "EquivariantReconstructor",
    "FourierFeatures",
    "GroupSC",
    "GuideInput",
    "KernelIdentificationNetwork",
    "LISTAEncoder",
    "LatentSearch",
    "MeshGrid",
    "MoDL",
    "NoiseInput",
    "PDNet",
    "PanNet",
    "RRDBNet",
    "ResNet",
    "ResidualUSRNet",
    "Search",
    "SelfGuide",
    "SkipNet",
    "SparseReconstructor",
    "SubpixelUNet",
    "SwinIRUpscaler",
    "UNetGenerator",
    "USRNet",
    "VarNet",
    "equivariant",
]
