"""Denoisers ``x = D(x_noisy, sigma)``, learned and classical.

Each loads when its name is first asked for.
"""

from typing import TYPE_CHECKING, Any

from preimage._lazy import lazy_name
from preimage.denoisers.base import Denoiser, DenoiserWrapper, NoiseRangeWarning, Traits, check_sigma

if TYPE_CHECKING:
    from preimage.denoisers.anscombe import AnscombeDenoiser
    from preimage.denoisers.bm3d import BM3D
    from preimage.denoisers.complex import ComplexDenoiser
    from preimage.denoisers.dncnn import DnCNN
    from preimage.denoisers.drunet import DRUNet
    from preimage.denoisers.epll import EPLLDenoiser
    from preimage.denoisers.equivariant import EquivariantDenoiser, ViewDenoiser
    from preimage.denoisers.ffdnet import FFDNet
    from preimage.denoisers.filters import BilateralFilter, ExampleDenoiser, MedianFilter, NonLocalMeans
    from preimage.denoisers.gaussian_mixture import GaussianMixture
    from preimage.denoisers.gradient_step import GradientStepDenoiser, GSDRUNet
    from preimage.denoisers.ircnn import IRCNN, IRCNNBank
    from preimage.denoisers.networks import AutoEncoder, DRUNet3D, NAFNet, NCSNpp, Restormer, SCUNet, SwinIR, UNet
    from preimage.denoisers.noise_level import PatchCovarianceNoiseEstimator, WaveletNoiseEstimator, estimate_sigma
    from preimage.denoisers.noise_network import NoiseLevelNetwork
    from preimage.denoisers.octaves import OctaveDenoiser
    from preimage.denoisers.preconditioned import PreconditionedDRUNet
    from preimage.denoisers.rescaled import RescaledDenoiser
    from preimage.denoisers.tgv import TGVDenoiser
    from preimage.denoisers.tiled import TiledDenoiser
    from preimage.denoisers.tv import TVDenoiser
    from preimage.denoisers.wavelet import WaveletDenoiser

__all__ = [
    "BM3D",
    "IRCNN",
    "AnscombeDenoiser",
    "AutoEncoder",
    "BilateralFilter",
    "ComplexDenoiser",
    "DRUNet",
    "DRUNet3D",
    "Denoiser",
    "DenoiserWrapper",
    "DnCNN",
    "EPLLDenoiser",
    "EquivariantDenoiser",
    "ExampleDenoiser",
    "FFDNet",
    "GSDRUNet",
    "GaussianMixture",
    "GradientStepDenoiser",
    "IRCNNBank",
    "MedianFilter",
    "NAFNet",
    "NCSNpp",
    "NoiseLevelNetwork",
    "NoiseRangeWarning",
    "NonLocalMeans",
    "OctaveDenoiser",
    "PatchCovarianceNoiseEstimator",
    "PreconditionedDRUNet",
    "RescaledDenoiser",
    "Restormer",
    "SCUNet",
    "SwinIR",
    "TGVDenoiser",
    "TVDenoiser",
    "TiledDenoiser",
    "Traits",
    "UNet",
    "ViewDenoiser",
    "WaveletDenoiser",
    "WaveletNoiseEstimator",
    "check_sigma",
    "estimate_sigma",
]

_HOMES = {
    "preimage.denoisers.anscombe": ("AnscombeDenoiser",),
    "preimage.denoisers.bm3d": ("BM3D",),
    "preimage.denoisers.complex": ("ComplexDenoiser",),
    "preimage.denoisers.dncnn": ("DnCNN",),
    "preimage.denoisers.drunet": ("DRUNet",),
    "preimage.denoisers.epll": ("EPLLDenoiser",),
    "preimage.denoisers.equivariant": ("EquivariantDenoiser", "ViewDenoiser"),
    "preimage.denoisers.ffdnet": ("FFDNet",),
    "preimage.denoisers.filters": ("BilateralFilter", "ExampleDenoiser", "MedianFilter", "NonLocalMeans"),
    "preimage.denoisers.gaussian_mixture": ("GaussianMixture",),
    "preimage.denoisers.gradient_step": ("GradientStepDenoiser", "GSDRUNet"),
    "preimage.denoisers.ircnn": ("IRCNN", "IRCNNBank"),
    "preimage.denoisers.networks": (
        "AutoEncoder",
        "DRUNet3D",
        "NAFNet",
        "NCSNpp",
        "Restormer",
        "SCUNet",
        "SwinIR",
        "UNet",
    ),
    "preimage.denoisers.noise_level": ("PatchCovarianceNoiseEstimator", "WaveletNoiseEstimator", "estimate_sigma"),
    "preimage.denoisers.noise_network": ("NoiseLevelNetwork",),
    "preimage.denoisers.octaves": ("OctaveDenoiser",),
    "preimage.denoisers.preconditioned": ("PreconditionedDRUNet",),
    "preimage.denoisers.rescaled": ("RescaledDenoiser",),
    "preimage.denoisers.tgv": ("TGVDenoiser",),
    "preimage.denoisers.tiled": ("TiledDenoiser",),
    "preimage.denoisers.tv": ("TVDenoiser",),
    "preimage.denoisers.wavelet": ("WaveletDenoiser",),
}


def __getattr__(name: str) -> Any:
    """Import a denoiser when it is first asked for."""
    return lazy_name(__name__, name, _HOMES)


def __dir__() -> list[str]:
    return __all__
