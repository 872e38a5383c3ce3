"""Variational and plug-and-play reconstruction."""

from preimage.optim.algorithm import ADMM, DRS, FISTA, GD, HQS, PDHG, PGD, Algorithm
from preimage.optim.dpir import DPIR, Annealing
from preimage.optim.fidelity import L1, L2
from preimage.optim.prior import RED, L1Prior, PnP, Tikhonov, TVPrior, WaveletPrior
from preimage.optim.schedule import ConstantSchedule, LogSchedule, Schedule, SequenceSchedule
from preimage.optim.stop import Discrepancy, DualityGap, ObjectiveChange, StoppingRule
from preimage.optim.unrolled import Checkpointed, Reversible, Shared, Stored, Unrolled
from preimage.optim.variational import Variational

__all__ = [
    "ADMM",
    "DPIR",
    "DRS",
    "FISTA",
    "GD",
    "HQS",
    "L1",
    "L2",
    "PDHG",
    "PGD",
    "RED",
    "Algorithm",
    "Annealing",
    "Checkpointed",
    "ConstantSchedule",
    "Discrepancy",
    "DualityGap",
    "L1Prior",
    "LogSchedule",
    "ObjectiveChange",
    "PnP",
    "Reversible",
    "Schedule",
    "SequenceSchedule",
    "Shared",
    "StoppingRule",
    "Stored",
    "TVPrior",
    "Tikhonov",
    "Unrolled",
    "Variational",
    "WaveletPrior",
]
