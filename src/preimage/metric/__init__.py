"""One value per image: how close a reconstruction is to the truth."""

from preimage.metric.base import Metric, NoReferenceMetric
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
from preimage.metric.perceptual import GMSD, VIF, HaarPSI
from preimage.metric.spectral import DS, ERGAS, QNR, SAM, DLambda, PansharpeningMetric

__all__ = [
    "DS",
    "ERGAS",
    "GMSD",
    "MAE",
    "MSE",
    "MSSSIM",
    "NMSE",
    "PSNR",
    "QNR",
    "SAM",
    "SNR",
    "SSIM",
    "VIF",
    "CosineSimilarity",
    "DLambda",
    "HaarPSI",
    "LpNorm",
    "Metric",
    "NoReferenceMetric",
    "PansharpeningMetric",
    "PhaseAlignedNMSE",
    "align_phase",
]
