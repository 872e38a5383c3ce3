"""Noise levels from the first to the last, as values."""

from preimage.sampling.schedule.base import NoiseSchedule
from preimage.sampling.schedule.power import PowerSchedule
from preimage.sampling.schedule.tables import CosineSchedule, DDPMSchedule, FlowSchedule, VPSchedule, ddpm_sigmas

__all__ = [
    "CosineSchedule",
    "DDPMSchedule",
    "FlowSchedule",
    "NoiseSchedule",
    "PowerSchedule",
    "VPSchedule",
    "ddpm_sigmas",
]
