"""The options of tomography."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from preimage.reconstruct.frame.settings import ScanSettings

__all__ = ["CTSettings", "FilterWindow"]

FilterWindow = Literal["ramp", "shepp-logan", "cosine", "hamming", "hann"]


@dataclass(frozen=True)
class CTSettings(ScanSettings):
    """Options of ``preimage reconstruct ct``: the geometry of the scan, and how the image is found.

    Lengths are in one unit, millimetres in files that name units. A bin is as wide as the input tells, or else one
    unit.

    Args:
        method: fbp: filtered back-projection, fdk for a cone, are usual; tv, pnp, sirt and sart are for few or noisy
            views.
        geometry: parallel, fan or cone; or a TOML file with any of the options from here to --size by their names.
        angles: degrees of the views: START:STOP:STEP without STOP, START:STOP for all views evenly, A,B,C, or a file of
            numbers.
        spacing: width of a detector bin.
        row_spacing: height of a detector row; by default like --spacing.
        source: distance of the source from the axis of rotation, of fan and cone.
        detector: distance of the detector from the axis of rotation; 0 for a detector in the axis.
        axis: where the axis of rotation is seen along the detector, from its middle; auto finds it in the projections.
        offset: how far the middle of the detector is displaced along a row.
        row_offset: how far the middle of the detector is displaced along the axis, of a cone.
        pitch: rise of source and detector in a turn, of a helix.
        curved: the detector is an arc around the source.
        pixel: side of a pixel; by default a bin, as it is seen in the axis of rotation.
        size: pixels of the image: N, or ROWSxCOLUMNS, or SLICESxROWSxCOLUMNS of a cone; by default as many as bins (and
            rows).
        window: what the ramp of filtered back-projection is multiplied by: the later, the smoother.
        sinograms: the input holds a sinogram for each slice, (rows, views, bins), not a projection for each view.
        rings: suppress bins that measure too much or too little in all views.
        flat: file of projections without the object: values then are counts, and their negative logarithm is
            reconstructed.
        dark: file of projections without light, beside --flat.
    """

    method: Literal["auto", "fbp", "fdk", "sirt", "sart", "tv", "pnp"] = "auto"
    geometry: str | None = None
    angles: str | None = None
    spacing: float | None = None
    row_spacing: float | None = None
    source: float | None = None
    detector: float | None = None
    axis: float | Literal["auto"] | None = None
    offset: float | None = None
    row_offset: float | None = None
    pitch: float | None = None
    curved: bool = False
    pixel: float | None = None
    size: str | None = None
    window: FilterWindow = "ramp"
    sinograms: bool = False
    rings: bool = False
    flat: Path | None = None
    dark: Path | None = None

    paths: ClassVar[tuple[str, ...]] = ("flat", "dark")
    texts: ClassVar[tuple[str, ...]] = ("geometry", "angles")
