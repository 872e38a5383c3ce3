"""Positron emission tomography: coincidences counted between pairs of detectors, and where they came from."""

from preimage.physics.pet.pet import PET
from preimage.physics.pet.scanner import DetectorPairs, RingScanner

__all__ = ["PET", "DetectorPairs", "RingScanner"]
