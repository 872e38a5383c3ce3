"""The training loop and the recipes that made the weights."""

from preimage.training.backtracking import TrainingBacktracking
from preimage.training.callbacks import Callback, EachCheckpoint, EachStep
from preimage.training.fit import FitResult, LearningRule, WarmupStableDecay, fit
from preimage.training.muon import Muon

__all__ = [
    "Callback",
    "EachCheckpoint",
    "EachStep",
    "FitResult",
    "LearningRule",
    "Muon",
    "TrainingBacktracking",
    "WarmupStableDecay",
    "fit",
]
