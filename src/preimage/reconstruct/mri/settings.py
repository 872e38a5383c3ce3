"""The options of MRI."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from preimage.reconstruct.frame.settings import ScanSettings

__all__ = ["MRISettings"]


@dataclass(frozen=True)
class MRISettings(ScanSettings):
    """Options of ``preimage reconstruct mri``: what was sampled by which coils, and how the image is found.

    Args:
        method: zero-filled is usual where all of k-space was sampled, cg-sense else; tv and pnp take fewer samples.
        mask: file of the samples that were taken, (rows, columns) or (columns); by default those that are not zero.
        maps: file of the sensitivities of the coils, (coils, rows, columns); by default they are estimated (ESPIRiT)
            from the fully sampled centre of k-space.
        coils: combine the coils to so many virtual ones first.
        complex: write complex numbers instead of their moduli.
        full: keep all of the encoded field of view, oversampling included.
    """

    method: Literal["auto", "zero-filled", "cg-sense", "tv", "pnp"] = "auto"
    mask: Path | None = None
    maps: Path | None = None
    coils: int | None = None
    complex: bool = False
    full: bool = False

    paths: ClassVar[tuple[str, ...]] = ("mask", "maps")
