"""The regularisation weight, chosen from the measurement."""

from preimage.optim.weight.choice import WeightChoice
from preimage.optim.weight.choose import choose_weight
from preimage.optim.weight.criterion import Criterion, Trial
from preimage.optim.weight.discrepancy_principle import DiscrepancyPrinciple
from preimage.optim.weight.gcv import GCV
from preimage.optim.weight.l_curve import LCurve
from preimage.optim.weight.span import WeightRange
from preimage.optim.weight.sure import SURE
from preimage.optim.weight.whiteness import Whiteness

__all__ = [
    "GCV",
    "SURE",
    "Criterion",
    "DiscrepancyPrinciple",
    "LCurve",
    "Trial",
    "WeightChoice",
    "WeightRange",
    "Whiteness",
    "choose_weight",
]
