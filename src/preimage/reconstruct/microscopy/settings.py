"""The options of deconvolution."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from preimage.reconstruct.frame.settings import ScanSettings

__all__ = ["DeconvolutionSettings"]


@dataclass(frozen=True)
class DeconvolutionSettings(ScanSettings):
    """Options of ``preimage restore deconvolve``: the point spread function, and what the values contain.

    Values keep their unit, their type and the size of their voxels. Without ``--steps`` the steps are those after which
    voxels that a trial run did not see, two to ten in a hundred, are predicted best.

    Args:
        method: rl is the method of Richardson and Lucy: the likelihood of counts rises with every step. tv is least
            squares with the least total variation, for edges: --weight is needed, --sigma is estimated by default, and
            50 steps are usual.
        psf: point spread function: a file on the voxels of INPUT, its point in the middle voxel and its background
            subtracted; or na=,ri=,wavelength= of the objective, with pixel= and step= (from plane to plane) where INPUT
            does not tell them. Lengths are in micrometres, or like 520nm. model= is widefield, confocal (with
            excitation= and pinhole=, its radius in the sample), two-photon, or light-sheet (with waist=). sample= is
            the refractive index of the sample, depth= that of the point in it, size= PLANESxROWSxCOLUMNS.
        background: what is counted without light, in the unit of INPUT; the result is without it. auto is the least
            mean of 5 voxels a side.
        scheduler: who computes the blocks of a stack that is larger than memory: local or local:8, new processes
            here, or a scheduler of Dask, tcp://HOST:PORT, with --memory for each of its machines.
        dtype: type of the values of the result: that of INPUT, where what does not fit in is clipped, or float32.
        axes: axes of INPUT like TZCYX: T time, Z plane, C channel, Y row, X column; by default as it says. Each time
            and channel is a stack of its own, of one number of steps.
    """

    method: Literal["auto", "rl", "tv"] = "auto"
    psf: str | None = None
    background: float | Literal["auto"] = 0.0
    dtype: Literal["same", "float32"] = "same"
    axes: str | None = None
    scheduler: str | None = None

    texts: ClassVar[tuple[str, ...]] = ("psf",)
