"""Priors: functionals of the image."""

from preimage.optim.prior.l1 import L1Prior
from preimage.optim.prior.pnp import PnP
from preimage.optim.prior.red import RED
from preimage.optim.prior.tikhonov import Tikhonov
from preimage.optim.prior.tv import TVPrior
from preimage.optim.prior.wavelet import WaveletPrior

__all__ = ["RED", "L1Prior", "PnP", "TVPrior", "Tikhonov", "WaveletPrior"]
