"""One value per image: how close a reconstruction is to the truth."""

from preimage.metric.base import Metric, NoReferenceMetric
from preimage.metric.blind import NIQE, BlurStrength, BRISQUEDistance, SharpnessIndex
from preimage.metric.distortion import (
    MAE,
    MSE,
    MSSSIM,
    NMSE,
    PSNR,
    SNR,
    SSIM,
    CosineSimilarity,
    LpNorm,
    PhaseAlignedNMSE,
    align_phase,
)
from preimage.metric.perception_distortion import TradeOff, perception_distortion
from preimage.metric.perceptual import GMSD, LPIPS, VIF, FeatureDistance, HaarPSI
from preimage.metric.spectral import DS, ERGAS, QNR, SAM, DLambda, PansharpeningMetric

__all__ = [
    "DS",
    "ERGAS",
    "GMSD",
    "LPIPS",
    "MAE",
    "MSE",
    "MSSSIM",
    "NIQE",
    "NMSE",
    "PSNR",
    "QNR",
    "SAM",
    "SNR",
    "SSIM",
    "VIF",
    "BRISQUEDistance",
    "BlurStrength",
    "CosineSimilarity",
    "DLambda",
    "FeatureDistance",
    "HaarPSI",
    "LpNorm",
    "Metric",
    "NoReferenceMetric",
    "PansharpeningMetric",
    "PhaseAlignedNMSE",
    "SharpnessIndex",
    "TradeOff",
    "align_phase",
    "perception_distortion",
]
