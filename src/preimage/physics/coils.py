"""Receive coils of MRI: their sensitivities, simulated or estimated, their noise, and fewer of them."""

from preimage.physics.mri.coils.birdcage import birdcage
from preimage.physics.mri.coils.channels import coil_compression, mix_coils, prewhitening
from preimage.physics.mri.coils.espirit import espirit
from preimage.physics.mri.coils.inati import inati
from preimage.physics.mri.coils.walsh import walsh

__all__ = ["birdcage", "coil_compression", "espirit", "inati", "mix_coils", "prewhitening", "walsh"]
