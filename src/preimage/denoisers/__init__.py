"""Denoisers ``x = D(x_noisy, sigma)``, learned and classical."""

from preimage.denoisers.anscombe import AnscombeDenoiser
from preimage.denoisers.base import Denoiser, DenoiserWrapper, NoiseRangeWarning, Traits, check_sigma
from preimage.denoisers.complex import ComplexDenoiser
from preimage.denoisers.dncnn import DnCNN
from preimage.denoisers.drunet import DRUNet
from preimage.denoisers.epll import EPLLDenoiser
from preimage.denoisers.equivariant import EquivariantDenoiser
from preimage.denoisers.ffdnet import FFDNet
from preimage.denoisers.gaussian_mixture import GaussianMixture
from preimage.denoisers.gradient_step import GradientStepDenoiser, GSDRUNet
from preimage.denoisers.ircnn import IRCNN, IRCNNBank
from preimage.denoisers.noise_level import PatchCovarianceNoiseEstimator, WaveletNoiseEstimator, estimate_sigma
from preimage.denoisers.noise_network import NoiseLevelNetwork
from preimage.denoisers.tgv import TGVDenoiser
from preimage.denoisers.tiled import TiledDenoiser
from preimage.denoisers.tv import TVDenoiser
from preimage.denoisers.wavelet import WaveletDenoiser

__all__ = [
    "IRCNN",
    "AnscombeDenoiser",
    "ComplexDenoiser",
    "DRUNet",
    "Denoiser",
    "DenoiserWrapper",
    "DnCNN",
    "EPLLDenoiser",
    "EquivariantDenoiser",
    "FFDNet",
    "GSDRUNet",
    "GaussianMixture",
    "GradientStepDenoiser",
    "IRCNNBank",
    "NoiseLevelNetwork",
    "NoiseRangeWarning",
    "PatchCovarianceNoiseEstimator",
    "TGVDenoiser",
    "TVDenoiser",
    "TiledDenoiser",
    "Traits",
    "WaveletDenoiser",
    "WaveletNoiseEstimator",
    "check_sigma",
    "estimate_sigma",
]
