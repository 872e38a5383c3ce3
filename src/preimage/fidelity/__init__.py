"""Data terms: how far an image is from explaining a measurement.

``likelihood(physics, y)`` is the negative log-likelihood of the noise of ``physics``; the others take no
notice of the noise.
"""

from preimage.fidelity.activation import Activation
from preimage.fidelity.amplitude_loss import AmplitudeLoss
from preimage.fidelity.base import Likelihood
from preimage.fidelity.gaussian import GaussianLikelihood, SpectralLikelihood
from preimage.fidelity.indicator_l2 import IndicatorL2
from preimage.fidelity.itoh import ItohFidelity
from preimage.fidelity.l1 import L1
from preimage.fidelity.l2 import L2
from preimage.fidelity.likelihood import likelihood
from preimage.fidelity.linear import (
    LinearLikelihood,
    ProximableLikelihood,
)
from preimage.fidelity.log_poisson_likelihood import LogPoissonLikelihood
from preimage.fidelity.measured import Measured
from preimage.fidelity.poisson_likelihood import PoissonLikelihood
from preimage.fidelity.whitened import whiten

__all__ = [
    "L1",
    "L2",
    "Activation",
    "AmplitudeLoss",
    "GaussianLikelihood",
    "IndicatorL2",
    "ItohFidelity",
    "Likelihood",
    "LinearLikelihood",
    "LogPoissonLikelihood",
    "Measured",
    "PoissonLikelihood",
    "ProximableLikelihood",
    "SpectralLikelihood",
    "likelihood",
    "whiten",
]
