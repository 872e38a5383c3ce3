"""Denoisers ``x = D(x_noisy, sigma)``, learned and classical."""

from preimage.denoisers.base import Denoiser, NoiseRangeWarning, check_sigma
from preimage.denoisers.dncnn import DnCNN
from preimage.denoisers.drunet import DRUNet
from preimage.denoisers.ffdnet import FFDNet
from preimage.denoisers.ircnn import IRCNN, IRCNNBank

__all__ = [
    "IRCNN",
    "DRUNet",
    "Denoiser",
    "DnCNN",
    "FFDNet",
    "IRCNNBank",
    "NoiseRangeWarning",
    "check_sigma",
]
