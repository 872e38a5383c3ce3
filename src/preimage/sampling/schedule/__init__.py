"""Noise levels from the first to the last, as values."""

from preimage.sampling.schedule.base import NoiseSchedule
from preimage.sampling.schedule.power import PowerSchedule

__all__ = ["NoiseSchedule", "PowerSchedule"]
