"""Losses that show a part of the measurement and judge by the rest."""

from preimage.loss.splitting.blind2unblind import Blind2Unblind, VisibleBlindSpot
from preimage.loss.splitting.blind_spot import BlindSpot
from preimage.loss.splitting.frames import Artifact2ArtifactLoss, Phase2PhaseLoss
from preimage.loss.splitting.neighbor2neighbor import Neighbor2Neighbor
from preimage.loss.splitting.noise2self import Noise2Self
from preimage.loss.splitting.noise2void import Noise2Void
from preimage.loss.splitting.robust_splitting import RobustSplitAverage, RobustSplittingLoss
from preimage.loss.splitting.split_average import SplitAverage
from preimage.loss.splitting.splitting_loss import SplittingLoss
from preimage.loss.splitting.weighted_splitting import WeightedSplittingLoss, mean_mask

__all__ = [
    "Artifact2ArtifactLoss",
    "Blind2Unblind",
    "BlindSpot",
    "Neighbor2Neighbor",
    "Noise2Self",
    "Noise2Void",
    "Phase2PhaseLoss",
    "RobustSplitAverage",
    "RobustSplittingLoss",
    "SplitAverage",
    "SplittingLoss",
    "VisibleBlindSpot",
    "WeightedSplittingLoss",
    "mean_mask",
]
