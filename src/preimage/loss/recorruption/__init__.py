"""Splits of one measurement into two that are independent given the image: one to see, the other to be judged by."""

from preimage.loss.recorruption.base import Recorruption
from preimage.loss.recorruption.binomial import BinomialRecorruption
from preimage.loss.recorruption.choice import recorruption_of
from preimage.loss.recorruption.gamma import GammaRecorruption
from preimage.loss.recorruption.gaussian import GaussianRecorruption
from preimage.loss.recorruption.poisson import PoissonRecorruption

__all__ = [
    "BinomialRecorruption",
    "GammaRecorruption",
    "GaussianRecorruption",
    "PoissonRecorruption",
    "Recorruption",
    "recorruption_of",
]
