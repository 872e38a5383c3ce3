"""Acceleration around any algorithm: momentum, restarts, backtracking, Anderson mixing, preconditioning.

Each part is itself an algorithm, so they combine. From the outside in: :class:`Preconditioned`, then :class:`Anderson`
or :class:`Restarted`, then :class:`Nesterov`, then :class:`Backtracking`, then the algorithm.
"""

from preimage.optim.acceleration.anderson import Anderson
from preimage.optim.acceleration.backtracking import Backtracking
from preimage.optim.acceleration.nesterov import Nesterov
from preimage.optim.acceleration.preconditioned import Preconditioned
from preimage.optim.acceleration.preconditioner import SpectralPreconditioner, diagonal_preconditioner
from preimage.optim.acceleration.restart import EverySteps, GradientRestart, ObjectiveRestart, Restarted, RestartRule
from preimage.optim.acceleration.vector_extrapolation import VectorExtrapolation

__all__ = [
    "Anderson",
    "Backtracking",
    "EverySteps",
    "GradientRestart",
    "Nesterov",
    "ObjectiveRestart",
    "Preconditioned",
    "RestartRule",
    "Restarted",
    "SpectralPreconditioner",
    "VectorExtrapolation",
    "diagonal_preconditioner",
]
