"""How far an image is from the truth, pixel by pixel or window by window."""

from preimage.metric.distortion.error import MAE, MSE, NMSE, PSNR, SNR
from preimage.metric.distortion.lp_norm import LpNorm
from preimage.metric.distortion.ms_ssim import MSSSIM
from preimage.metric.distortion.phase import CosineSimilarity, PhaseAlignedNMSE, align_phase
from preimage.metric.distortion.ssim import SSIM

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
    "PhaseAlignedNMSE",
    "align_phase",
]
