"""Corrections of real scans of tomographs: from counts to line integrals, and what the detector adds to them."""

from preimage.physics.tomography.corrections.axis import find_axis
from preimage.physics.tomography.corrections.beam_hardening import BeamHardening
from preimage.physics.tomography.corrections.counts import normalise
from preimage.physics.tomography.corrections.gaps import fill_gaps
from preimage.physics.tomography.corrections.rings import suppress_rings

__all__ = ["BeamHardening", "fill_gaps", "find_axis", "normalise", "suppress_rings"]
