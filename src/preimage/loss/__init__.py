"""What training minimises: one value per image, with the truth or without it."""

from preimage.loss.adversarial import (
    AdversarialCriterion,
    CrossEntropyGAN,
    DCGANDiscriminator,
    HingeGAN,
    LeastSquaresGAN,
    PatchDiscriminator,
    SupAdversarialDiscriminatorLoss,
    SupAdversarialGeneratorLoss,
    UAIRGeneratorLoss,
    UNetDiscriminator,
    UnsupAdversarialDiscriminatorLoss,
    UnsupAdversarialGeneratorLoss,
    WassersteinGAN,
)
from preimage.loss.base import Loss, LossTerm, SumLoss, WeightedLoss
from preimage.loss.denoising_score import ScoreLoss, ScoreModel
from preimage.loss.divergence import Probing
from preimage.loss.ensure import ENSURELoss
from preimage.loss.inputs import LossInputs, Model
from preimage.loss.learned_r2r import LearnedR2RLoss
from preimage.loss.nullspace import EILoss, EquivariantSplittingLoss, MCLoss, MOEILoss, MOILoss
from preimage.loss.r2r import R2RLoss, RecorruptedMean
from preimage.loss.ramp import Ramp
from preimage.loss.regularisation import (
    AugmentConsistencyLoss,
    FNEJacobianSpectralNorm,
    JacobianSpectralNorm,
    ReducedResolutionLoss,
    TVLoss,
    posterior_regularisation,
)
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
    "AdversarialCriterion",
    "Artifact2ArtifactLoss",
    "AugmentConsistencyLoss",
    "Blind2Unblind",
    "BlindSpot",
    "CrossEntropyGAN",
    "DCGANDiscriminator",
    "EILoss",
    "ENSURELoss",
    "EquivariantSplittingLoss",
    "FNEJacobianSpectralNorm",
    "HingeGAN",
    "JacobianSpectralNorm",
    "LearnedR2RLoss",
    "LeastSquaresGAN",
    "Loss",
    "LossInputs",
    "LossTerm",
    "MCLoss",
    "MOEILoss",
    "MOILoss",
    "Model",
    "Neighbor2Neighbor",
    "Noise2Self",
    "Noise2Void",
    "PatchDiscriminator",
    "Phase2PhaseLoss",
    "Probing",
    "R2RLoss",
    "Ramp",
    "RecorruptedMean",
    "ReducedResolutionLoss",
    "RobustSplitAverage",
    "RobustSplittingLoss",
    "ScoreLoss",
    "ScoreModel",
    "SplitAverage",
    "SplittingLoss",
    "SumLoss",
    "SupAdversarialDiscriminatorLoss",
    "SupAdversarialGeneratorLoss",
    "SupLoss",
    "SureGaussianLoss",
    "SurePGLoss",
    "SurePoissonLoss",
    "TVLoss",
    "UAIRGeneratorLoss",
    "UNSURELoss",
    "UNetDiscriminator",
    "UnsupAdversarialDiscriminatorLoss",
    "UnsupAdversarialGeneratorLoss",
    "VisibleBlindSpot",
    "WassersteinGAN",
    "WeightedLoss",
    "WeightedSplittingLoss",
    "mean_mask",
    "posterior_regularisation",
]
