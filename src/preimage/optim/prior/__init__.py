"""Priors: functionals of the image."""

from preimage.optim.prior.beta_tv import BetaTV
from preimage.optim.prior.box import Box
from preimage.optim.prior.epll import EPLL
from preimage.optim.prior.fields_of_experts import FieldsOfExperts
from preimage.optim.prior.gradient_step import GradientStepPrior
from preimage.optim.prior.icnn import ICNN, ICNNPrior
from preimage.optim.prior.l1 import L1Prior
from preimage.optim.prior.l12 import L12Prior
from preimage.optim.prior.patch import PatchPrior
from preimage.optim.prior.patch_flow import PatchFlow
from preimage.optim.prior.patch_nr import PatchNR
from preimage.optim.prior.periodic_tv import PeriodicTV
from preimage.optim.prior.pnp import PnP
from preimage.optim.prior.red import RED
from preimage.optim.prior.score import ScorePrior
from preimage.optim.prior.simplex import Simplex
from preimage.optim.prior.tgv import TGVPrior
from preimage.optim.prior.tikhonov import Tikhonov
from preimage.optim.prior.tv import TVPrior
from preimage.optim.prior.wavelet import WaveletPrior

__all__ = [
    "EPLL",
    "ICNN",
    "RED",
    "BetaTV",
    "Box",
    "FieldsOfExperts",
    "GradientStepPrior",
    "ICNNPrior",
    "L1Prior",
    "L12Prior",
    "PatchFlow",
    "PatchNR",
    "PatchPrior",
    "PeriodicTV",
    "PnP",
    "ScorePrior",
    "Simplex",
    "TGVPrior",
    "TVPrior",
    "Tikhonov",
    "WaveletPrior",
]
