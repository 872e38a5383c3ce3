"""Radio astronomy: the spectrum of the sky, sampled by pairs of antennas."""

from preimage.physics.radio.coverage import equatorial, imaging_weights, uv_coverage, uvw_coverage
from preimage.physics.radio.primary_beam import primary_beam
from preimage.physics.radio.radio_interferometry import RadioInterferometry
from preimage.physics.radio.wide_field_interferometry import WideFieldInterferometry

__all__ = [
    "RadioInterferometry",
    "WideFieldInterferometry",
    "equatorial",
    "imaging_weights",
    "primary_beam",
    "uv_coverage",
    "uvw_coverage",
]
