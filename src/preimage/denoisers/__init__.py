"""Denoisers ``x = D(x_noisy, sigma)``, learned and classical."""

from preimage.denoisers.base import Denoiser
from preimage.denoisers.drunet import DRUNet

__all__ = ["DRUNet", "Denoiser"]
