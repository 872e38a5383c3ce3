"""The modalities and methods there are: read by Python functions, repetition and the command line.

Nothing is imported to read it, so that a command line can be checked at once.
"""

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from preimage.errors import ArgumentError
from preimage.reconstruct.ct.settings import CTSettings
from preimage.reconstruct.frame.settings import ScanSettings
from preimage.reconstruct.microscopy.settings import DeconvolutionSettings
from preimage.reconstruct.mri.settings import MRISettings
from preimage.reconstruct.pet.settings import PETSettings

__all__ = ["MODALITIES", "ModalityRow", "find_modality"]

_METHODS = "preimage.reconstruct.methods"


@dataclass(frozen=True)
class ModalityRow:
    """A modality in the table.

    Attributes:
        name: as users type it.
        settings: the class of its options.
        acquire: ``module:function`` that reads a file, ``(path, settings) -> Acquisition``.
        help: what it does, in a line or two.
        input_help: what is read.
        examples: examples of the command line.
        methods: for each name ``module:Class`` of an :class:`Approach`.
        command: the command that it is one of: ``reconstruct``, or ``restore`` where the measurement is a picture.
        blocked: the module that does it block by block; nothing where there is none.
    """

    name: str
    settings: type[ScanSettings]
    acquire: str
    help: str
    input_help: str
    examples: str
    methods: dict[str, str]
    command: str = "reconstruct"
    blocked: str = ""

    @property
    def module(self) -> str:
        """The module that reads files."""
        return self.acquire.partition(":")[0]

    def load_acquire(self) -> Callable[..., Any]:
        """The function that reads a file."""
        return pkgutil.resolve_name(self.acquire)

    def load_method(self, name: str) -> Any:
        """The class of a method.

        Raises:
            ArgumentError: there is none of this name.
        """
        if name not in self.methods:
            raise ArgumentError(f"`method` must be one of {', '.join(self.methods)}, got {name!r}; name one of them.")
        return pkgutil.resolve_name(self.methods[name])


MODALITIES = (
    ModalityRow(
        "ct",
        CTSettings,
        "preimage.reconstruct.ct.acquire:acquire_ct",
        "Images from sinograms, volumes from projections.",
        "Projections (views, bins) or (views, rows, bins): NumPy, MATLAB, Data Exchange, HDF5, TIFF, or a folder.",
        """preimage reconstruct ct sino.npy --angles 0:180:1 -o image.npy

preimage reconstruct ct scan.h5 --method tv --weight auto -o volume.nii.gz

preimage reconstruct ct pages/ --geometry scan.toml --flat flat.tif --dark dark.tif -o volume.tif""",
        {
            "fbp": f"{_METHODS}.back_projection:FilteredBackProjection",
            "fdk": f"{_METHODS}.back_projection:ConeBackProjection",
            "sirt": f"{_METHODS}.algebraic:Algebraic",
            "sart": f"{_METHODS}.algebraic:AlgebraicByParts",
            "tv": f"{_METHODS}.variation:LeastVariation",
            "pnp": f"{_METHODS}.plug_and_play:PlugAndPlay",
        },
    ),
    ModalityRow(
        "mri",
        MRISettings,
        "preimage.reconstruct.mri.acquire:acquire_mri",
        "Images and volumes from k-space of one coil or several.",
        "K-space: ISMRMRD, fastMRI, or an array (coils, rows, columns), zero frequency in the middle: NumPy, HDF5.",
        """preimage reconstruct mri scan.h5 -o images.nii.gz

preimage reconstruct mri kspace.npy --mask mask.npy --method tv --weight auto -o image.npy

preimage reconstruct mri file_brain.h5 --method pnp --coils 8 -o images.npy""",
        {
            "zero-filled": f"{_METHODS}.sense:ZeroFilled",
            "cg-sense": f"{_METHODS}.sense:LeastSquaresSense",
            "tv": f"{_METHODS}.variation:LeastVariation",
            "pnp": f"{_METHODS}.plug_and_play:PlugAndPlay",
        },
    ),
    ModalityRow(
        "pet",
        PETSettings,
        "preimage.reconstruct.pet.acquire:acquire_pet",
        "Activity from counts of coincidences.",
        "Counts (views, bins) or (planes, views, bins), randoms and scatter included: NumPy, MATLAB, HDF5, TIFF.",
        """preimage reconstruct pet counts.npy --background 2.5 -o activity.npy

preimage reconstruct pet counts.h5 --radius 320 --efficiency norm.npy --attenuation mu.npy -o activity.nii.gz""",
        {
            "osem": f"{_METHODS}.expectation:OrderedSubsets",
            "mlem": f"{_METHODS}.expectation:ExpectationMaximisation",
            "tv": f"{_METHODS}.expectation:CountsVariation",
        },
    ),
    ModalityRow(
        "deconvolve",
        DeconvolutionSettings,
        "preimage.reconstruct.microscopy.acquire:acquire_stack",
        "Deconvolve images and stacks of microscopes (Richardson-Lucy, total variation).",
        "A stack, or several: TIFF, OME-Zarr, Zarr, HDF5, NIfTI, MRC, NumPy, ..., or a folder of TIFF planes.",
        """preimage restore deconvolve stack.tif --psf na=1.3,ri=1.515,wavelength=520nm -o sharp.tif

preimage restore deconvolve stack.npy --psf na=0.8,ri=1,wavelength=0.6,pixel=0.1,step=0.5 --steps 40 -o sharp.npy

preimage restore deconvolve cells.ome.tif --axes TZCYX --psf bead.tif --background 100 -o sharp.ome.zarr

preimage restore deconvolve stack.zarr --psf bead.tif --steps 30 --memory 1.5GB -o sharp.zarr""",
        {
            "rl": f"{_METHODS}.richardson_lucy:RichardsonLucy",
            "tv": f"{_METHODS}.proximal_variation:ProximalVariation",
        },
        "restore",
        "preimage.reconstruct.microscopy.blocked",
    ),
)


def find_modality(name: str) -> ModalityRow:
    """The row called ``name``.

    Raises:
        ArgumentError: there is none.
    """
    for row in MODALITIES:
        if row.name == name:
            return row
    raise ArgumentError(f"`modality` must be {' or '.join(row.name for row in MODALITIES)}, got {name!r}.")
