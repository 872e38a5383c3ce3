"""How far a reconstruction may be from the truth, pixel by pixel, and whether such claims hold."""

from preimage.sampling.uncertainty.base import ErrorMap
from preimage.sampling.uncertainty.bootstrap import BootstrapErrorMap
from preimage.sampling.uncertainty.calibrated import CalibratedErrorMap
from preimage.sampling.uncertainty.conformal import conformal_factor, coverage
from preimage.sampling.uncertainty.posterior import PosteriorErrorMap
from preimage.sampling.uncertainty.tweedie import TweedieErrorMap

__all__ = [
    "BootstrapErrorMap",
    "CalibratedErrorMap",
    "ErrorMap",
    "PosteriorErrorMap",
    "TweedieErrorMap",
    "conformal_factor",
    "coverage",
]
