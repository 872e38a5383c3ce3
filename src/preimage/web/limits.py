"""What may be brought to the page, and in which words the rest is refused."""

import re
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path

from preimage.errors import PreimageError
from preimage.files import open_image
from preimage.files.formats.checks import first_bytes
from preimage.files.formats.table import by_file, titles

__all__ = ["Bounds", "Refused", "check_bytes", "check_upload", "in_plain_words"]


class Refused(PreimageError):
    """Something that the page does not take, in words for its user."""


@dataclass(frozen=True)
class Bounds:
    """The most that one may ask for.

    Attributes:
        megabytes: the size of an upload.
        megapixels: the pixels of a picture, before it is decoded.
        minutes: the time for one picture.
        files: the number of pictures of one visitor.
    """

    megabytes: int = 150
    megapixels: int = 100
    minutes: int = 60
    files: int = 200


def check_bytes(name: str, size: int, bounds: Bounds) -> None:
    """Refuse a file of too many bytes.

    Raises:
        Refused: it is one.
    """
    if size > bounds.megabytes * 10**6:
        raise Refused(
            f"{name} is too large: {size / 10**6:.0f} MB, where at most {bounds.megabytes} MB are taken here. "
            "For larger files use the command line."
        )


def check_upload(path: Path, bounds: Bounds) -> None:
    """Refuse what is no picture, or one of too many pixels, before a pixel is decoded.

    Raises:
        Refused: it is one.
    """
    found, refusal = _size(path)
    if found is not None and found.pixels > bounds.megapixels * 10**6:
        raise Refused(
            f"{path.name} has too many pixels: {found.words}, where at most {bounds.megapixels} megapixels are taken "
            "here. Crop it, or use the command line."
        )
    if refusal:
        raise Refused(refusal)


@dataclass(frozen=True)
class _Size:
    """The pixels that a header claims, and how that is said."""

    pixels: int
    words: str


def _of_sides(width: int, height: int) -> _Size:
    pixels = width * height
    return _Size(pixels, f"{width:,} by {height:,}, which makes {pixels / 10**6:.0f} million")


def _size(path: Path) -> tuple[_Size | None, str]:
    """The size, where the header tells it, and why the file is refused."""
    try:
        format = by_file(path)
        if format is None or not format.is_picture:
            other = "" if format is None else " What is in it can be restored in a terminal: preimage restore --help."
            return None, f"{path.name} is not a picture. Drop a {titles()} file.{other}"
        header = open_image(path).header
        several = f"{path.name} holds {header.pictures} pictures; split the file first."
        return _of_sides(header.size("column"), header.size("row")), "" if header.pictures == 1 else several
    except PreimageError as error:
        return _claimed(path), in_plain_words(str(error), path.parent)


def _claimed(path: Path) -> _Size | None:
    """What a damaged header claims."""
    from PIL import Image

    try:
        head = first_bytes(path)
        if head[12:16] == b"IHDR":  # of a PNG file, the largest of which Pillow does not open
            return _of_sides(*struct.unpack(">II", head[16:24]))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as picture:
                return _of_sides(*picture.size)
    except Image.DecompressionBombError as error:
        found = re.search(r"\((\d+) pixels\)", str(error))
        return None if found is None else _Size(int(found[1]), f"{int(found[1]) / 10**6:.0f} million")
    except Exception:  # decoders raise errors of every kind on damaged headers
        return None


def in_plain_words(message: str, folder: Path | None = None) -> str:
    """A message of the command line for people who look at a page: no option in backticks, no place of ``folder``."""
    text = " ".join(message.removeprefix("preimage: ").split()).partition(" Try: preimage ")[0]
    if folder is not None:
        for place in (str(folder.resolve()), str(folder)):
            text = text.replace(f"{place}/", "").replace(place, "the folder")
    text = re.sub(r"`(?:--)?(?:INPUT|input|image)`", "the picture", text)
    text = re.sub(r"`(?:--)?([A-Za-z_-]+)`(?: \(--[a-z-]+\))?", lambda found: f"the {_word(found[1])}", text)
    text = re.sub(r"--([a-z]+)", lambda found: _word(found[1]), text)
    return text[:1].upper() + text[1:]


def _word(option: str) -> str:
    words = {"sigma": "noise level", "quality": "JPEG quality"}
    return words.get(option, option.replace("-", " ").replace("_", " "))
