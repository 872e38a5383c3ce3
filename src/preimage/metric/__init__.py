"""One value per image: how close a reconstruction is to the truth."""

from preimage.metric.base import Metric
from preimage.metric.distortion import (
    MAE,
    MSE,
    NMSE,
    PSNR,
    SNR,
    SSIM,
    CosineSimilarity,
    PhaseAlignedNMSE,
    align_phase,
)

__all__ = [
    "MAE",
    "MSE",
    "NMSE",
    "PSNR",
    "SNR",
    "SSIM",
    "CosineSimilarity",
    "Metric",
    "PhaseAlignedNMSE",
    "align_phase",
]
