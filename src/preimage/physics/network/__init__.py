"""What networks see of images."""

from preimage.physics.network.feature_map import FeatureMap

__all__ = [
    "FeatureMap",
]
