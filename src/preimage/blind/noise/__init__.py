"""Noise that grows with brightness and goes on from pixel to pixel: its level, level function and spectrum."""

from preimage.blind.noise.estimate import NoiseEstimate, estimate_noise

__all__ = ["NoiseEstimate", "estimate_noise"]
