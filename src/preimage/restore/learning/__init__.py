"""Denoisers fitted to a folder of noisy pictures, without clean ones."""

from preimage.restore.learning.found import FoundNoise, find_folder_noise
from preimage.restore.learning.train import DenoiserTraining, learn_denoiser

__all__ = ["DenoiserTraining", "FoundNoise", "find_folder_noise", "learn_denoiser"]
