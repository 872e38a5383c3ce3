"""Reconstruction of measurements in files: projections, k-space, and counts of PET, to images and volumes.

What is here is imported when it is first asked for, so that the table of modalities costs nothing.
"""

from typing import TYPE_CHECKING, Any

from preimage._lazy import lazy_name

if TYPE_CHECKING:
    from preimage.reconstruct.ct.settings import CTSettings
    from preimage.reconstruct.frame.engine import Reconstructed, reconstruct
    from preimage.reconstruct.frame.grid import Grid
    from preimage.reconstruct.frame.scan_record import ScanRecord
    from preimage.reconstruct.microscopy.deconvolve import deconvolve
    from preimage.reconstruct.microscopy.settings import DeconvolutionSettings
    from preimage.reconstruct.mri.settings import MRISettings
    from preimage.reconstruct.outputs.write import write_reconstruction
    from preimage.reconstruct.pet.settings import PETSettings
    from preimage.reconstruct.repetition import reconstruct_again

__all__ = [
    "CTSettings",
    "DeconvolutionSettings",
    "Grid",
    "MRISettings",
    "PETSettings",
    "Reconstructed",
    "ScanRecord",
    "deconvolve",
    "reconstruct",
    "reconstruct_again",
    "write_reconstruction",
]

_HOMES = {
    "preimage.reconstruct.ct.settings": ["CTSettings"],
    "preimage.reconstruct.frame.engine": ["Reconstructed", "reconstruct"],
    "preimage.reconstruct.frame.grid": ["Grid"],
    "preimage.reconstruct.frame.scan_record": ["ScanRecord"],
    "preimage.reconstruct.microscopy.deconvolve": ["deconvolve"],
    "preimage.reconstruct.microscopy.settings": ["DeconvolutionSettings"],
    "preimage.reconstruct.mri.settings": ["MRISettings"],
    "preimage.reconstruct.outputs.write": ["write_reconstruction"],
    "preimage.reconstruct.pet.settings": ["PETSettings"],
    "preimage.reconstruct.repetition": ["reconstruct_again"],
}


def __getattr__(name: str) -> Any:
    """Import what is asked for."""
    return lazy_name("preimage.reconstruct", name, _HOMES)
