"""What training minimises: one value per image, with the truth or without it."""

from preimage.loss.base import Loss, LossTerm, SumLoss, WeightedLoss
from preimage.loss.inputs import LossInputs, Model
from preimage.loss.ramp import Ramp
from preimage.loss.supervised import SupLoss

__all__ = ["Loss", "LossInputs", "LossTerm", "Model", "Ramp", "SumLoss", "SupLoss", "WeightedLoss"]
