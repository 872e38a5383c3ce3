"""What an image file says of itself before its pixels are decoded."""

import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from preimage.errors import ImageFileError, PreimageError
from preimage.files.formats.png16 import png_layout
from preimage.files.formats.tiff import tiff_shape
from preimage.files.pictures_in import further_pictures, pictures_in, tiff_pictures
from preimage.files.whole import mended, what_is_missing
from preimage.machine.memory import available_bytes, format_bytes

__all__ = ["FORMATS", "SUFFIXES", "Header", "check_size", "damaged", "inspect", "open_pillow"]

SUFFIXES = {
    ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".jpe": "JPEG", ".jfif": "JPEG",
    ".tif": "TIFF", ".tiff": "TIFF", ".webp": "WEBP", ".bmp": "BMP", ".dib": "BMP",
}  # fmt: skip
FORMATS = "PNG, JPEG, TIFF, WebP or BMP"

# Samples of a colour in TIFF, where there are several: RGB, CMYK, YCbCr, Lab.
_COLOURS = {2: 3, 5: 4, 6: 3, 8: 3}
# Three channels of float32 and the four pictures of that size which a restoration holds at once.
_BYTES_PER_PIXEL = 3 * 4 * 4
# Three channels of float32, and of bytes.
_BYTES_DECODED = 3 * (4 + 1)


@dataclass(frozen=True)
class Header:
    """Format, size, whether Pillow does not decode the samples as they are, and how many pictures are left out.

    These are reduced copies, or the further pictures behind a camera's JPEG.
    """

    format: str
    width: int
    height: int
    deep: bool
    left_out: int = 0


def inspect(path: Path) -> Header:
    """Read the header and refuse what cannot be restored, without decoding a pixel.

    Raises:
        ImageFileError: no such file, empty, not an image of a known format, several pictures, no pixels, or too large
            for the memory of this machine.
    """
    head = _head(path)
    kind = _format(head)
    if kind is None:
        raise ImageFileError(f"`input` must be a {FORMATS} image, got {path}, which is none; convert it first.")
    if kind == "PNG" and len(head) >= 24:
        check_size(path, *struct.unpack(">II", head[16:24]))  # Pillow does not open it without pixels
    if missing := what_is_missing(path, kind):
        raise damaged(path, ValueError(missing))
    try:
        with open_pillow(path, kind) as image:
            size, pictures = image.size, pictures_in(image, kind)
            left_out = further_pictures(path, image) if kind == "JPEG" else 0
            left_out += tiff_pictures(image)[1] if kind == "TIFF" else 0
            deep = _is_deep_tiff(image) if kind == "TIFF" else kind == "PNG" and _is_deep_png(head)
    except Exception as error:  # decoders raise errors of every kind on a damaged header
        if kind != "TIFF":
            raise damaged(path, error) from error
        size, pictures, deep, left_out = _unknown_tiff(path), 1, True, 0
    if pictures != 1:
        raise ImageFileError(f"`input` must hold one picture, got {pictures} in {path}; split the file first.")
    check_size(path, *size)
    return Header(kind, size[0], size[1], deep, left_out)


def check_size(path: Path, width: int, height: int, budget: int | None = None) -> None:
    """Refuse pictures without pixels, and pictures that memory does not hold, before a pixel is decoded.

    Args:
        budget: bytes that the process is to take at most.

    Raises:
        ImageFileError: it is one.
    """
    if width < 1 or height < 1:
        raise ImageFileError(f"`input` must have pixels, got {path} of size {width}x{height}.")
    needed, there = width * height * _BYTES_PER_PIXEL, available_bytes()
    if needed > there:
        raise ImageFileError(
            f"`input` must fit in memory, got {path} of size {width}x{height}, which needs about "
            f"{format_bytes(needed)} where {format_bytes(there)} are free; crop or shrink it first."
        )
    decoded = width * height * _BYTES_DECODED
    if budget is not None and decoded > budget:
        raise ImageFileError(
            f"`input` must fit in `memory`, got {path} of size {width}x{height}, which takes about "
            f"{format_bytes(decoded)} as it is read, of {format_bytes(budget)}; give more, or crop or shrink it first."
        )


def damaged(path: Path, error: Exception) -> ImageFileError:
    """The error for a file that begins like an image but cannot be decoded."""
    reason = " ".join(str(error).split()).rstrip(".")[:120] or type(error).__name__
    return ImageFileError(
        f"`input` must be a whole image, got {path}, which is truncated or damaged ({reason}); get the file again."
    )


def open_pillow(path: Path, kind: str) -> Any:
    """The Pillow image, not decoded. Size checks are ours: Pillow's own guard stops at 179 megapixels."""
    from PIL import BmpImagePlugin, PngImagePlugin, WebPImagePlugin

    plugin = {
        "PNG": PngImagePlugin.PngImageFile, "JPEG": _forgiving_jpeg(), "TIFF": _unturned_tiff(),
        "WEBP": WebPImagePlugin.WebPImageFile, "BMP": BmpImagePlugin.BmpImageFile,
    }  # fmt: skip
    return plugin[kind](mended(path, kind))


@cache
def _unturned_tiff() -> Any:
    """Pillow's TIFF reader, for pictures as stored: it turns them by their orientation tag, and only TIFF ones."""
    from PIL.TiffImagePlugin import TiffImageFile

    class StoredTiff(TiffImageFile):
        def _setup(self) -> None:
            self.tag_v2.pop(274, None)
            super()._setup()

        def load_end(self) -> None:
            """Where the turn is done."""

    return StoredTiff


@cache
def _forgiving_jpeg() -> Any:
    """Pillow's JPEG reader, which refuses whole pictures with EXIF that is cut off, for the resolution in it."""
    from PIL.JpegImagePlugin import JpegImageFile

    class WithoutDpi(JpegImageFile):
        def _read_dpi_from_exif(self) -> None:
            """Read elsewhere."""

    return WithoutDpi


def _head(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ImageFileError(f"`input` must be a file, got the folder {path}.")
        if path.exists() and not path.is_file():
            raise ImageFileError(f"`input` must be a regular file, got {path}, a pipe or device; copy it to a file.")
        with path.open("rb") as file:
            head = file.read(32)
    except FileNotFoundError:
        raise ImageFileError(f"`input` must be a file that exists, got {path}; check the name.") from None
    except ImageFileError:
        raise
    except OSError as error:
        raise ImageFileError(f"`input` must be readable, got {path}: {error.strerror or error}.") from error
    if not head:
        raise ImageFileError(f"`input` must be a whole image, got {path}, which is empty; get the file again.")
    return head


def _format(head: bytes) -> str | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "TIFF"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    return "BMP" if head.startswith(b"BM") else None


def _is_deep_png(head: bytes) -> bool:
    bits, colour_type = png_layout(head)
    return bits == 16 and colour_type != 0


def _is_deep_tiff(image: Any) -> bool:
    """Whether Pillow would not decode the samples as they are: deep ones, bands, transparency multiplied in."""
    tags = image.tag_v2
    behind = tags.get(277, 1) - _COLOURS.get(tags.get(262, 1), 1)
    is_clear = behind == 1 and tags.get(338, (0,)) in ((2,), (999,))  # 999 is Corel's number for transparency
    plain = behind <= 0 or is_clear
    return max(tags.get(258, (1,))) > 8 or max(tags.get(339, (1,))) > 1 or not plain


def _unknown_tiff(path: Path) -> tuple[int, int]:
    """Width and height of a TIFF that Pillow does not know."""
    try:
        return tiff_shape(path)
    except PreimageError:
        raise
    except Exception as error:  # as above
        raise damaged(path, error) from error
