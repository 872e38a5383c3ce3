"""The options of PET."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from preimage.reconstruct.frame.settings import ScanSettings

__all__ = ["PETSettings"]


@dataclass(frozen=True)
class PETSettings(ScanSettings):
    """Options of ``preimage reconstruct pet``: the scanner, what the counts contain, and how the image is found.

    The scanner is a ring of detectors where ``--radius`` is given, or else sinograms of parallel strips at
    ``--angles``. Lengths are in millimetres.

    Args:
        method: osem is usual; mlem takes all views at once; tv also asks for little variation.
        subsets: parts of the views that osem takes in turn; by default a divisor of their number near 10.
        angles: degrees of the views of parallel strips, as for ct; 0:180 by default.
        spacing: width of a bin of parallel strips.
        radius: distance of the detectors from the axis of the scanner.
        rings: number of rings; the input then has a sinogram for each pair of rings.
        ring_spacing: distance from ring to ring, or of planes of parallel strips.
        ring_difference: largest difference of the numbers of two rings that count together; by default any.
        rays: lines that stand for a pair of detectors.
        pixel: side of a pixel; by default a bin in the middle of the scanner.
        size: pixels of the image: N, or ROWSxCOLUMNS, or SLICESxROWSxCOLUMNS; by default as many as bins.
        fwhm: full width at half maximum of the resolution of the scanner.
        efficiency: file of the counts per pair of photons, without attenuation: normalisation.
        attenuation: file of the image of attenuation per millimetre at 511 keV, of the size of the result.
        background: file of the expected randoms and scatter in counts, or a number for every bin.
    """

    method: Literal["auto", "osem", "mlem", "tv"] = "auto"
    subsets: int | None = None
    angles: str | None = None
    spacing: float | None = None
    radius: float | None = None
    rings: int | None = None
    ring_spacing: float | None = None
    ring_difference: int | None = None
    rays: int | None = None
    pixel: float | None = None
    size: str | None = None
    fwhm: float = 0.0
    efficiency: Path | None = None
    attenuation: Path | None = None
    background: str | None = None

    paths: ClassVar[tuple[str, ...]] = ("efficiency", "attenuation")
    texts: ClassVar[tuple[str, ...]] = ("angles", "background")
