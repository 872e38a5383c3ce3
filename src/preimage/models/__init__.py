"""Published reconstruction networks: ``x_hat = model(y, physics)``."""

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
    UNet,
)
from preimage.models.equivariance import EquivariantReconstructor, equivariant
from preimage.models.lista import LISTA, LISTAEncoder
from preimage.models.modl import MoDL
from preimage.models.pdnet import PDNet
from preimage.models.sparse import SC, CentralizedSC, GroupSC, Search, SparseReconstructor
from preimage.models.usrnet import USRNet
from preimage.models.varnet import VarNet

__all__ = [
    "LISTA",
    "SC",
    "CentralizedSC",
    "ConvDecoder",
    "DeepDecoder",
    "DeepImagePrior",
    "EquivariantReconstructor",
    "FourierFeatures",
    "GroupSC",
    "GuideInput",
    "LISTAEncoder",
    "MeshGrid",
    "MoDL",
    "NoiseInput",
    "PDNet",
    "ResNet",
    "Search",
    "SelfGuide",
    "SkipNet",
    "SparseReconstructor",
    "UNet",
    "USRNet",
    "VarNet",
    "equivariant",
]
