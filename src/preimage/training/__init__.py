"""The training loop and the recipes that made the weights."""

from preimage.training.fit import FitResult, WarmupStableDecay, fit
from preimage.training.muon import Muon

__all__ = ["FitResult", "Muon", "WarmupStableDecay", "fit"]
