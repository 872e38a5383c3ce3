"""A file of samples that is looked at before it is decoded, and decoded whole or in part."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from preimage.errors import ImageFileError, PreimageError
from preimage.files.formats.checks import check_size, damage_error, first_bytes
from preimage.files.formats.format import Format, Header
from preimage.files.formats.table import by_content, titles
from preimage.files.metadata.carried import Metadata
from preimage.files.metadata.orientation import orientation_of
from preimage.files.region import Region
from preimage.files.samples.samples import Samples

__all__ = ["ImageSource", "open_image", "open_picture", "read_samples"]

_INCH = 25.4  # millimetres


@dataclass(frozen=True)
class ImageSource:
    """A file whose header was read, and whose samples were not.

    Attributes:
        path: the file.
        format: its format, by its content.
        header: what it says of its samples.
    """

    path: Path
    format: Format
    header: Header

    @property
    def shape(self) -> tuple[int, ...]:
        """How many samples there are along each of ``axes``, as stored."""
        return self.header.shape

    @property
    def axes(self) -> tuple[str, ...]:
        """The names of the axes, the slowest first."""
        return self.header.axes

    @property
    def dtype(self) -> np.dtype:
        """The type of a sample."""
        return self.header.dtype

    @property
    def bits(self) -> int:
        """The bits of a sample."""
        whole = 1 if self.dtype.kind == "b" else 8 * self.dtype.itemsize
        return whole if self.header.bits is None else self.header.bits

    def metadata(self) -> Metadata:
        """What stands beside the samples."""
        with _explained(self):
            return self.format.metadata(self.path)

    def orientation(self) -> int:
        """EXIF's orientation, 1 to 8, in which the file stores a picture."""
        return orientation_of(self.metadata().exif)

    def spacing(self) -> tuple[float, float] | None:
        """The distance of neighbouring rows and of neighbouring columns in millimetres, where the file tells it."""
        dpi = self.metadata().dpi
        return None if dpi is None else (_INCH / dpi[1], _INCH / dpi[0])

    def read(self, region: Region | None = None) -> Samples:
        """The samples as stored, not turned: all, or those of a region of rows and columns.

        Of a TIFF file or an array only the strips, tiles or rows are read that hold some of the region. Other formats
        are decoded whole, and cut.

        Raises:
            ImageFileError: the file is damaged, too large, or of a colour model other than grey and RGB.
            ArgumentError: the region lies outside the picture.
            MissingDependency: the ``io`` extra is needed for this kind of file.
        """
        with _explained(self):
            if region is None:
                samples = self.format.read(self.path)
            elif self.format.read_region is None:
                samples = self.format.read(self.path).cut(region)
            else:
                samples = self.format.read_region(self.path, region)
        return replace(samples, left_out=self.header.left_out)


def open_image(path: Path | str) -> ImageSource:
    """Read the header of a file of any format, however large its samples are.

    Args:
        path: a file.

    Raises:
        ImageFileError: no such file, empty, of no known format, damaged, or holding less than it claims.
    """
    path = Path(path)
    head = first_bytes(path)
    return _source(path, by_content(head))


def open_picture(path: Path) -> ImageSource:
    """Read the header of a picture and refuse what cannot be restored, without decoding a pixel.

    Raises:
        ImageFileError: see :func:`open_image`; or no picture, several pictures, no pixels, or too large for the memory
            of this machine.
    """
    found = by_content(first_bytes(path))
    source = _source(path, found if found is not None and found.is_picture else None)
    header = source.header
    if header.pictures != 1:
        raise ImageFileError(f"`input` must hold one picture, got {header.pictures} in {path}; split the file first.")
    check_size(path, header.size("column"), header.size("row"))
    return source


def read_samples(path: Path) -> Samples:
    """Decode a picture; palettes are looked up, colour keys become alpha.

    Raises:
        ImageFileError: not an image, damaged, too large, several pictures, CMYK and other colour models.
        MissingDependency: the ``io`` extra is needed for this kind of file.
    """
    return open_picture(path).read()


def _source(path: Path, format: Format | None) -> ImageSource:
    if format is None:
        raise ImageFileError(f"`input` must be a {titles()} image, got {path}, which is none; convert it first.")
    try:
        return ImageSource(path, format, format.header(path))
    except PreimageError:
        raise
    except Exception as error:  # decoders raise errors of every kind on a damaged header
        raise damage_error(path, error) from error


@contextmanager
def _explained(source: ImageSource) -> Iterator[None]:
    """Without the warnings of decoders, about tags that are only carried along; their errors are damage."""
    header, path = source.header, source.path
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except PreimageError:
        raise
    except MemoryError:
        size = f"{header.size('column')}x{header.size('row')}"
        raise ImageFileError(f"{path} of size {size} does not fit in memory; crop it.") from None
    except Exception as error:  # decoders raise errors of every kind on damaged data
        raise damage_error(path, error) from error
