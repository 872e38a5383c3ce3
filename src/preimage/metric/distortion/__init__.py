"""How far an image is from the truth, pixel by pixel or window by window."""

from preimage.metric.distortion.error import MAE, MSE, NMSE, PSNR, SNR
from preimage.metric.distortion.phase import CosineSimilarity, PhaseAlignedNMSE, align_phase
from preimage.metric.distortion.ssim import SSIM

__all__ = ["MAE", "MSE", "NMSE", "PSNR", "SNR", "SSIM", "CosineSimilarity", "PhaseAlignedNMSE", "align_phase"]
