"""One value per image: how close a reconstruction is to the truth."""

from preimage.metric.base import Metric
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

__all__ = [
    "MAE",
    "MSE",
    "MSSSIM",
    "NMSE",
    "PSNR",
    "SNR",
    "SSIM",
    "CosineSimilarity",
    "LpNorm",
    "Metric",
    "PhaseAlignedNMSE",
    "align_phase",
]
