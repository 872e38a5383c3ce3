"""The quality of a picture without its truth."""

from preimage.metric.blind.blur_strength import BlurStrength
from preimage.metric.blind.natural import NIQE, BRISQUEDistance
from preimage.metric.blind.sharpness_index import SharpnessIndex

__all__ = ["NIQE", "BRISQUEDistance", "BlurStrength", "SharpnessIndex"]
