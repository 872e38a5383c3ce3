"""What training minimises: one value per image, with the truth or without it."""

from preimage.loss.base import Loss, LossTerm, SumLoss, WeightedLoss
from preimage.loss.divergence import Probing
from preimage.loss.ensure import ENSURELoss
from preimage.loss.inputs import LossInputs, Model
from preimage.loss.r2r import R2RLoss, RecorruptedMean
from preimage.loss.ramp import Ramp
from preimage.loss.splitting import (
    Artifact2ArtifactLoss,
    Blind2Unblind,
    BlindSpot,
    Neighbor2Neighbor,
    Noise2Self,
    Noise2Void,
    Phase2PhaseLoss,
    RobustSplitAverage,
    RobustSplittingLoss,
    SplitAverage,
    SplittingLoss,
    VisibleBlindSpot,
    WeightedSplittingLoss,
    mean_mask,
)
from preimage.loss.supervised import SupLoss
from preimage.loss.sure import SureGaussianLoss
from preimage.loss.sure_counts import SurePGLoss, SurePoissonLoss
from preimage.loss.unsure import UNSURELoss

__all__ = [
    "Artifact2ArtifactLoss",
    "Blind2Unblind",
    "BlindSpot",
    "ENSURELoss",
    "Loss",
    "LossInputs",
    "LossTerm",
    "Model",
    "Neighbor2Neighbor",
    "Noise2Self",
    "Noise2Void",
    "Phase2PhaseLoss",
    "Probing",
    "R2RLoss",
    "Ramp",
    "RecorruptedMean",
    "RobustSplitAverage",
    "RobustSplittingLoss",
    "SplitAverage",
    "SplittingLoss",
    "SumLoss",
    "SupLoss",
    "SureGaussianLoss",
    "SurePGLoss",
    "SurePoissonLoss",
    "UNSURELoss",
    "VisibleBlindSpot",
    "WeightedLoss",
    "WeightedSplittingLoss",
    "mean_mask",
]
