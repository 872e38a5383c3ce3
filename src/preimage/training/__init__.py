"""The training loop and the recipes that made the weights."""

from preimage.training.backtracking import Backtracking
from preimage.training.callbacks import Callback, EachCheckpoint, EachStep
from preimage.training.fit import FitResult, WarmupStableDecay, fit
from preimage.training.muon import Muon

__all__ = [
    "Backtracking",
    "Callback",
    "EachCheckpoint",
    "EachStep",
    "FitResult",
    "Muon",
    "WarmupStableDecay",
    "fit",
]
