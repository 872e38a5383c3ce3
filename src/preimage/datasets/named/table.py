"""Named sets of images: what they are, where to get them, and how a copy is checked."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from preimage.datasets.image_folder import ImageFolder
from preimage.datasets.paths import files_of
from preimage.errors import ArgumentError, ImageFileError
from preimage.files.formats.table import suffixes

__all__ = ["NAMED_SETS", "NamedSet", "open_set"]


@dataclass(frozen=True)
class NamedSet:
    """A published set of pictures, of which the user has a copy.

    Args:
        name: its name, such as ``DIV2K-train``.
        what: what it holds.
        where: the address from which it is got.
        count: the number of pictures.
        folders: the folders in which the pictures may lie below the one that is named; ``""`` is that one itself.
        digests: the MD5 of the MD5s of the files of known folders, by the names of these, files in the order of names.
        digest_source: who published the digests.
    """

    name: str
    what: str
    where: str
    count: int
    folders: tuple[str, ...] = ("",)
    digests: Mapping[str, str] = field(default_factory=dict)
    digest_source: str = "DeepInverse 0.5"

    def find(self, folder: Path | str) -> Path:
        """The folder of the pictures in a copy, which has as many as the set.

        Raises:
            ImageFileError: there is none; the message tells where to get the set.
        """
        counts = {}
        for name in self.folders:
            place = Path(folder) / name
            counts[name or "."] = len(_pictures(place))
            if counts[name or "."] == self.count:
                return place
        found = ", ".join(f"{count} in {name}" for name, count in counts.items())
        raise ImageFileError(
            f"`folder` must hold the {self.count} pictures of {self.name}, got {found} of {folder}; get them from "
            f"{self.where} and unpack them there. Nothing is downloaded for you."
        )

    def check(self, folder: Path | str) -> bool:
        """Whether a copy is a known one to the bit; ``False`` where no digest of it is known.

        Raises:
            ImageFileError: the set is not there; or a folder of a known name holds other files.
        """
        place = self.find(folder)
        if place.name not in self.digests:
            return False
        digest = folder_digest(place)
        if digest != self.digests[place.name]:
            raise ImageFileError(
                f"{place} must have the digest {self.digests[place.name]} ({self.digest_source}), got {digest}; it is "
                "damaged, or another edition."
            )
        return True


def open_set(name: str, folder: Path | str, channels: Literal[1, 3] | None = 3) -> ImageFolder:
    """The pictures of a named set in a local copy; nothing is downloaded.

    Args:
        name: one of those in :data:`NAMED_SETS`, in small or capital letters.
        folder: where the copy is.
        channels: 1 for grey, 3 for colour, ``None`` for what the files hold.

    Raises:
        ArgumentError: there is no set of this name.
        ImageFileError: the copy is not there, or not all of it; the message tells where to get it.
    """
    for row in NAMED_SETS:
        if row.name.lower() == name.lower():
            return ImageFolder(row.find(folder), channels)
    raise ArgumentError(f"`name` must be one of {', '.join(row.name for row in NAMED_SETS)}, got {name!r}.")


def folder_digest(folder: Path) -> str:
    """The MD5 of the hexadecimal MD5s of the files of a folder, in the order of their names."""
    whole = hashlib.md5(usedforsecurity=False)
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        whole.update(hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest().encode())
    return whole.hexdigest()


def _pictures(folder: Path) -> tuple[Path, ...]:
    try:
        return files_of(folder, suffixes())
    except ImageFileError:
        return ()


_BSD = "https://www2.eecs.berkeley.edu/Research/Projects/CS/vision/bsds/"
_KAIR = "https://github.com/cszn/KAIR"
_HUGGING = "https://huggingface.co/datasets/eugenesiow/"

NAMED_SETS: tuple[NamedSet, ...] = (
    NamedSet(
        "DIV2K-train", "photographs of 2K, to train on", "https://data.vision.ee.ethz.ch/cvl/DIV2K/", 800,
        ("DIV2K_train_HR", ""), {"DIV2K_train_HR": "f9de9c251af455c1021017e61713a48b"},
    ),
    NamedSet(
        "DIV2K-valid", "photographs of 2K, to validate on", "https://data.vision.ee.ethz.ch/cvl/DIV2K/", 100,
        ("DIV2K_valid_HR", ""), {"DIV2K_valid_HR": "542325e500b0a474c7ad18bae922da72"},
    ),
    NamedSet(
        "Urban100", "photographs of buildings, for super-resolution", f"{_HUGGING}Urban100", 100,
        ("Urban100_HR", "Urban100", ""), {"Urban100_HR": "6e0640850d436a359e0a9baf5eabd27b"},
    ),
    NamedSet(
        "Set14", "pictures of many kinds, for super-resolution", f"{_HUGGING}Set14", 14,
        ("Set14_HR", "Set14", ""), {"Set14_HR": "3fce01c3dfe9760194e8a22f6bc032c5"},
    ),
    NamedSet("Set5", "small pictures, for super-resolution", f"{_HUGGING}Set5", 5, ("Set5_HR", "Set5", "")),
    NamedSet("Set12", "grey pictures, for denoising", _KAIR, 12, ("Set12", "")),
    NamedSet("CBSD68", "photographs of Berkeley's test set, for denoising", _BSD, 68, ("CBSD68", "BSD68", "")),
    NamedSet(
        "CBSD400", "photographs of Berkeley's sets that CBSD68 does not hold", _BSD, 400, ("CBSD400", "BSD400", "")
    ),
    NamedSet(
        "Kodak24", "photographs scanned from film, for colour", "https://r0k.us/graphics/kodak/", 24,
        ("Kodak24", "PhotoCD_PCD0992", "Kodak-Lossless-True-Color-Image-Suite-master/PhotoCD_PCD0992", ""),
        {"PhotoCD_PCD0992": "5b16b585b8f20e8ea62af85837d40e40"},
    ),
)  # fmt: skip
"""The sets that :func:`open_set` knows."""
