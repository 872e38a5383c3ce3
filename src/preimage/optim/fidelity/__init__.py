"""Data terms other than the noise's own likelihood: factories ``(physics, y) -> f``."""

from preimage.optim.fidelity.amplitude_loss import AmplitudeLoss
from preimage.optim.fidelity.indicator_l2 import IndicatorL2
from preimage.optim.fidelity.itoh import ItohFidelity
from preimage.optim.fidelity.l1 import L1
from preimage.optim.fidelity.l2 import L2
from preimage.optim.fidelity.log_poisson_likelihood import LogPoissonLikelihood
from preimage.optim.fidelity.poisson_likelihood import PoissonLikelihood

__all__ = [
    "L1",
    "L2",
    "AmplitudeLoss",
    "IndicatorL2",
    "ItohFidelity",
    "LogPoissonLikelihood",
    "PoissonLikelihood",
]
