"""Receive coils of MRI: sensitivities, simulated or estimated, noise and what imaging adds to it, and fewer coils."""

from preimage.physics.mri.coils.birdcage import birdcage
from preimage.physics.mri.coils.channels import coil_compression, mix_coils, prewhitening
from preimage.physics.mri.coils.espirit import espirit
from preimage.physics.mri.coils.inati import inati
from preimage.physics.mri.coils.walsh import walsh
from preimage.physics.mri.g_factor import g_factor

__all__ = ["birdcage", "coil_compression", "espirit", "g_factor", "inati", "mix_coils", "prewhitening", "walsh"]
