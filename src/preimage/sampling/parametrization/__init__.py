"""Denoisers made of networks that predict something else: the noise, a velocity, a score."""

from preimage.sampling.parametrization.noise import NoisePrediction
from preimage.sampling.parametrization.score import ScorePrediction
from preimage.sampling.parametrization.velocity import FlowPrediction, VelocityPrediction

__all__ = ["FlowPrediction", "NoisePrediction", "ScorePrediction", "VelocityPrediction"]
