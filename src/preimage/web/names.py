"""Names of uploaded files: kept as far as they are safe."""

import re
import unicodedata
from collections.abc import Collection
from pathlib import Path, PurePosixPath

from preimage.files.formats.table import by_content, by_suffix, suffixes

__all__ = ["safe_name"]

_LONGEST = 80


def safe_name(given: str, head: bytes = b"", taken: Collection[str] = ()) -> str:
    """A name for a file in a folder of its own, as near as may be to what the visitor calls it.

    Args:
        given: the name that the browser told, perhaps with folders.
        head: the first bytes of the file: a picture without the suffix of one gets that of its format.
        taken: names that others have.
    """
    name = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    name = re.sub(r"[\x00-\x1f\x7f*?\[\]<>|:\"`$]", "", name).strip().lstrip(".-~ ")
    if f".{name.lower()}" in suffixes():  # nothing but the suffix is there, as in ".png"
        name = f"picture.{name}"
    path = PurePosixPath(name or "picture")
    stem, suffix = path.stem[:_LONGEST] or "picture", path.suffix[:12]
    found, named = by_content(head), by_suffix(Path(path))
    is_told_by_name = named is not None and named.by_name  # raw files of cameras begin as TIFF files do
    if found is not None and found.is_picture and suffix.lower() not in suffixes() and not is_told_by_name:
        suffix = found.suffixes[0]
    names, number = {other.casefold() for other in taken}, 2
    result = f"{stem}{suffix}"
    while result.casefold() in names:
        result, number = f"{stem}-{number}{suffix}", number + 1
    return result
