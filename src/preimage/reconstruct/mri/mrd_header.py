"""What the XML header of ISMRMRD tells of an encoding; fastMRI files hold the same."""

import math
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

from preimage.errors import ImageFileError

__all__ = ["MRDHeader", "read_mrd_header"]


@dataclass(frozen=True)
class MRDHeader:
    """The first encoding; every triple is along (readout, first phase encoding, second phase encoding).

    Attributes:
        encoded: samples of the encoded space.
        encoded_fov: its field of view in mm.
        wanted: samples of the image.
        wanted_fov: its field of view in mm.
        centres: the encoding steps that are in the middle of k-space, ``None`` where the header does not tell.
        trajectory: ``cartesian``, ``radial``, ``spiral``, ...
    """

    encoded: tuple[int, int, int]
    encoded_fov: tuple[float, float, float]
    wanted: tuple[int, int, int]
    wanted_fov: tuple[float, float, float]
    centres: tuple[int | None, int | None]
    trajectory: str

    @property
    def sizes(self) -> tuple[float, float, float]:
        """The encoded voxel from slice to slice, row to row and column to column, readout along the columns."""
        x, y, z = (fov / count for fov, count in zip(self.encoded_fov, self.encoded, strict=True))
        return z, y, x


def read_mrd_header(text: str, path: object) -> MRDHeader:
    """The header in ``text``.

    Raises:
        ImageFileError: it is no such header, or its numbers are out of range.
    """
    try:
        root = ElementTree.fromstring(text.encode())
        encoding = _child(root, "encoding")
        spaces = [_child(encoding, name) for name in ("encodedSpace", "reconSpace")]
        (encoded, encoded_fov), (wanted, wanted_fov) = (
            (_triple(s, "matrixSize"), _triple(s, "fieldOfView_mm")) for s in spaces
        )
        limits = encoding.find("./{*}encodingLimits")
        centres = tuple(_centre(limits, name) for name in ("kspace_encoding_step_1", "kspace_encoding_step_2"))
        trajectory = (_child(encoding, "trajectory").text or "").strip().lower()
    except (ElementTree.ParseError, ValueError, KeyError) as error:
        raise ImageFileError(f"`input` must hold an ISMRMRD header, got {path} with another ({error}).") from error
    counts = [round(number) for number in (*encoded, *wanted)]
    if not all(1 <= count <= 2**15 for count in counts) or not all(
        math.isfinite(fov) and fov > 0 for fov in (*encoded_fov, *wanted_fov)
    ):
        raise ImageFileError(f"`input` must have a header with sizes above 0, got {path} with {encoded} and {wanted}.")
    return MRDHeader(
        (counts[0], counts[1], counts[2]), encoded_fov, (counts[3], counts[4], counts[5]), wanted_fov,
        (centres[0], centres[1]), trajectory,
    )  # fmt: skip


def _child(parent: ElementTree.Element, name: str) -> ElementTree.Element:
    found = parent.find(f"./{{*}}{name}")
    if found is None:
        raise KeyError(f"no {name}")
    return found


def _triple(space: ElementTree.Element, name: str) -> tuple[float, float, float]:
    parts = [float(_child(_child(space, name), axis).text or "nan") for axis in "xyz"]
    return parts[0], parts[1], parts[2]


def _centre(limits: ElementTree.Element | None, name: str) -> int | None:
    found = None if limits is None else limits.find(f"./{{*}}{name}/{{*}}center")
    return None if found is None else int(found.text or "")
