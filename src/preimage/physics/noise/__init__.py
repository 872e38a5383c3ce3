"""Noise models: each samples and scores."""

from preimage.physics.noise.banding import BandingNoise
from preimage.physics.noise.base import Noise, ProximableNoise
from preimage.physics.noise.binomial import BinomialNoise
from preimage.physics.noise.calibration import Calibration, Estimate, calibrate
from preimage.physics.noise.camera import CameraNoise
from preimage.physics.noise.correlated import CorrelatedGaussianNoise
from preimage.physics.noise.emccd import EMCCDNoise
from preimage.physics.noise.fisher_tippett import FisherTippettNoise
from preimage.physics.noise.gamma import GammaNoise
from preimage.physics.noise.gaussian import GaussianNoise
from preimage.physics.noise.laplace import LaplaceNoise
from preimage.physics.noise.log_poisson import LogPoissonNoise
from preimage.physics.noise.negative_binomial import NegativeBinomialNoise
from preimage.physics.noise.none import NoNoise
from preimage.physics.noise.poisson import PoissonNoise
from preimage.physics.noise.poisson_gaussian import PoissonGaussianNoise
from preimage.physics.noise.quantized_gaussian import QuantizedGaussianNoise
from preimage.physics.noise.rician import RicianNoise
from preimage.physics.noise.salt_pepper import SaltPepperNoise
from preimage.physics.noise.stacked import ProximableStackedNoise, StackedNoise
from preimage.physics.noise.uniform import UniformNoise
from preimage.physics.noise.uniform_gaussian import UniformGaussianNoise

__all__ = [
    "BandingNoise",
    "BinomialNoise",
    "Calibration",
    "CameraNoise",
    "CorrelatedGaussianNoise",
    "EMCCDNoise",
    "Estimate",
    "FisherTippettNoise",
    "GammaNoise",
    "GaussianNoise",
    "LaplaceNoise",
    "LogPoissonNoise",
    "NegativeBinomialNoise",
    "NoNoise",
    "Noise",
    "PoissonGaussianNoise",
    "PoissonNoise",
    "ProximableNoise",
    "ProximableStackedNoise",
    "QuantizedGaussianNoise",
    "RicianNoise",
    "SaltPepperNoise",
    "StackedNoise",
    "UniformGaussianNoise",
    "UniformNoise",
    "calibrate",
]
