"""Losses of reconstructions and of networks that need no truth: smoothness, consistency, stability."""

from preimage.loss.regularisation.augment_consistency import AugmentConsistencyLoss
from preimage.loss.regularisation.jacobian import FNEJacobianSpectralNorm, JacobianSpectralNorm
from preimage.loss.regularisation.posterior_regularisation import posterior_regularisation
from preimage.loss.regularisation.reduced_resolution import ReducedResolutionLoss
from preimage.loss.regularisation.tv_loss import TVLoss

__all__ = [
    "AugmentConsistencyLoss",
    "FNEJacobianSpectralNorm",
    "JacobianSpectralNorm",
    "ReducedResolutionLoss",
    "TVLoss",
    "posterior_regularisation",
]
