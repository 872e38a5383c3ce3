"""What an image file carries beside its pixels, as the bytes it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from preimage.files.metadata.stale import resized_exif, resized_xmp

__all__ = ["Metadata", "Own"]


@dataclass(frozen=True)
class Own:
    """Something that only one format holds: a PNG chunk, a JPEG segment, a TIFF tag.

    Attributes:
        format: the name of the format.
        name: the name of the chunk or segment, or the number of the tag.
        data: its content; of a tag, a TIFF file with nothing else.
        part: what the format calls it: ``chunk``, ``segment`` or ``tag``.
    """

    format: str
    name: str
    data: bytes
    part: str = "chunk"

    @property
    def title(self) -> str:
        """As users know it: ``PNG chunk gAMA``."""
        return f"{self.format} {self.part} {self.name}"


@dataclass(frozen=True)
class Metadata:
    """Carried from input to output unread, but for what a new size makes wrong.

    Attributes:
        exif: the EXIF block (a small TIFF file, without the ``Exif`` marker), empty for none.
        icc: the ICC colour profile, empty for none.
        dpi: dots per inch, horizontal and vertical.
        xmp: the XMP packet, empty for none.
        own: what only the format of the input holds.
        lossless: whether the input is a WebP that holds its samples exactly.
        left_out: names of what the input holds and no output gets, because it describes the pixels of the input.
    """

    exif: bytes = b""
    icc: bytes = b""
    dpi: tuple[float, float] | None = None
    xmp: bytes = b""
    own: tuple[Own, ...] = ()
    left_out: tuple[str, ...] = ()
    lossless: bool = False

    def resized(self, before: Sequence[int], after: Sequence[int], turned: bool = False) -> "Metadata":
        """The metadata of the same scene in another number of pixels: each pixel is so much smaller.

        Args:
            before, after: (C, H, W), upright.
            turned: whether the file stores columns as rows.
        """
        if tuple(before) == tuple(after):
            return self
        across, down = Fraction(after[2], before[2]), Fraction(after[1], before[1])
        height, width = after[1:]
        ratio = (down, across) if turned else (across, down)
        height, width = (width, height) if turned else (height, width)
        shape = (height, width, after[0] if after[0] != before[0] else 0)
        return replace(
            self,
            exif=resized_exif(self.exif, ratio, shape),
            dpi=None if self.dpi is None else (self.dpi[0] * float(ratio[0]), self.dpi[1] * float(ratio[1])),
            xmp=resized_xmp(self.xmp, ratio, shape),
            own=tuple(
                replace(item, data=resized_exif(item.data, ratio, shape)) if item.part == "tag" else item
                for item in self.own
            ),
        )

    def without_profile(self) -> "Metadata":
        """Without the colour profile: that of grey does not fit a picture made colour."""
        return replace(self, icc=b"", left_out=(*self.left_out, "colour profile of grey")) if self.icc else self
