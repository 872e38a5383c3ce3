"""Losses that tell of what one operator does not measure: by symmetries of images, or by other operators."""

from preimage.loss.nullspace.equivariant_splitting import EquivariantSplittingLoss
from preimage.loss.nullspace.imaging import EILoss, MOEILoss, MOILoss
from preimage.loss.nullspace.measurement_consistency import MCLoss

__all__ = ["EILoss", "EquivariantSplittingLoss", "MCLoss", "MOEILoss", "MOILoss"]
