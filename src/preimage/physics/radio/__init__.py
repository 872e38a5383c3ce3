"""Radio astronomy: the spectrum of the sky, sampled by pairs of antennas."""

from preimage.physics.radio.coverage import equatorial, imaging_weights, uv_coverage
from preimage.physics.radio.radio_interferometry import RadioInterferometry

__all__ = ["RadioInterferometry", "equatorial", "imaging_weights", "uv_coverage"]
