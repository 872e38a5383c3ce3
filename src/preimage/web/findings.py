"""What is seen in a picture, as the page knows it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Findings", "SeenBlur"]


@dataclass(frozen=True)
class Findings:
    """A picture in numbers.

    Attributes:
        width, height: the width and height in pixels, upright.
        channels: the channels, transparency left out.
        bits: the bits of a sample of the file.
        format: the name of its format.
        noise: the standard deviation of its noise, in image units; ``None`` where nobody can tell.
        grows: whether the noise grows with brightness, as that of light.
        quality: the JPEG quality of its past; ``None`` where nothing speaks for one.
        from_table: whether the quality stands in the file, or else was found in the pixels.
        grain: the side in pixels over which the noise is as good as the same; 1 for noise of single pixels.
        enlarged: how many times the picture was enlarged before; ``None`` where nothing shows it.
    """

    width: int
    height: int
    channels: int
    bits: int
    format: str
    noise: float | None = None
    grows: bool = False
    quality: int | None = None
    from_table: bool = False
    grain: float = 1.0
    enlarged: float | None = None

    def to_values(self) -> dict[str, Any]:
        """The fields, as JSON holds them."""
        return asdict(self)

    @staticmethod
    def from_values(values: Mapping[str, Any]) -> "Findings":
        """The findings of which ``to_values`` made a table."""
        return Findings(**dict(values))


@dataclass(frozen=True)
class SeenBlur:
    """The blur of a picture, as far as the picture tells.

    Attributes:
        words: what it is.
        is_sharp: whether there is none.
        is_sure: whether it may be relied on.
    """

    words: str
    is_sharp: bool
    is_sure: bool

    def to_values(self) -> dict[str, Any]:
        """The fields, as JSON holds them."""
        return asdict(self)

    @staticmethod
    def from_values(values: Mapping[str, Any]) -> "SeenBlur":
        """The blur of which ``to_values`` made a table."""
        return SeenBlur(**dict(values))
