"""One value per image: how close a reconstruction is to the truth."""

from preimage.metric.base import Metric
from preimage.metric.error import MAE, MSE, NMSE, PSNR, SNR
from preimage.metric.phase import CosineSimilarity, PhaseAlignedNMSE, align_phase
from preimage.metric.ssim import SSIM

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
