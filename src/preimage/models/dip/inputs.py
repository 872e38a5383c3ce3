"""The fixed input of a deep image prior."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage.errors import ArgumentError, ShapeError
from preimage.fidelity import Measured
from preimage.physics.noise.base import draw_normal, draw_uniform

__all__ = ["FourierFeatures", "GuideInput", "Input", "MeshGrid", "NoiseInput"]


class Input:
    """What a :class:`Generator` draws an image from.

    ``make((channels, h, w), like, rng, shrink)`` returns (1, channels, h, w) of the dtype and device of ``like``. The
    picture lies at the upper left of it; the rest is there because networks want multiples of their stride. In a
    coarse-to-fine fit a pixel of the input stands for ``shrink`` x ``shrink`` pixels of the picture, and h and w are
    for the shrunk one.
    """

    @property
    def channels(self) -> int:
        """How many channels the input has."""
        raise NotImplementedError

    def make(
        self, shape: tuple[int, int, int], like: Tensor, rng: torch.Generator | None = None, shrink: int = 1
    ) -> Tensor:
        """The input; the same numbers on every device.

        Raises:
            ArgumentError: ``shape`` has another number of channels than this input.
        """
        if shape[0] != self.channels or min(shape) < 1 or shrink < 1:
            raise ArgumentError(
                f"`shape` must be ({self.channels}, h, w) and `shrink` at least 1, got {tuple(shape)} and {shrink}; "
                f"give the network `inputs={self.channels}`, or choose another input."
            )
        return self._make(shape, like, rng, shrink)

    def check(self, height: int, width: int) -> None:
        """Refuse pictures of a size that this input does not suit."""

    def count(self, outputs: int) -> int:
        """Channels for an image of ``outputs`` real ones."""
        return self.channels

    def of(self, measured: Measured | None, sizes: Sequence[int]) -> "list[Input]":
        """The input for each part of a batch, of so many samples, given what was measured; ``None``: nothing was."""
        return [self] * len(sizes)

    def shown(self, z: Tensor, rng: torch.Generator) -> Tensor:
        """What of the input ``z`` the network is shown in a step."""
        return z

    def composed(self, drawn: Tensor, shown: Tensor) -> Tensor:
        """The image, (1, outputs, h, w), from what the network has ``drawn`` of what it was ``shown``."""
        return drawn

    def _make(self, shape: tuple[int, int, int], like: Tensor, rng: torch.Generator | None, shrink: int) -> Tensor:
        raise NotImplementedError


@dataclass(frozen=True)
class NoiseInput(Input):
    """Independent random numbers, ``scale`` times uniform in [0, 1) or standard normal, drawn anew for every size.

    Args:
        channels: >= 1.
        scale: > 0.
        law: which of the two.

    Raises:
        ArgumentError: a number is out of its range, or there is no such law.

    Source: Ulyanov, Vedaldi, Lempitsky, "Deep image prior", CVPR 2018.
    """

    channels: int = 32  # pyright: ignore[reportIncompatibleMethodOverride]: a field is read as a property is
    scale: float = 0.1
    law: Literal["uniform", "normal"] = "uniform"

    def __post_init__(self) -> None:
        check_count("channels", self.channels, "32 is the default")
        check_level("scale", self.scale, "0.1 is the default")
        if self.law not in ("uniform", "normal"):
            raise ArgumentError(
                "`channels` must be at least 1, `scale` above 0 and `law` uniform or normal, got "
                f"{self.channels}, {self.scale} and {self.law!r}."
            )

    def _make(self, shape: tuple[int, int, int], like: Tensor, rng: torch.Generator | None, shrink: int) -> Tensor:
        draw = draw_uniform if self.law == "uniform" else draw_normal
        return self.scale * draw(like.new_empty(1, *shape), rng)


@dataclass(frozen=True)
class MeshGrid(Input):
    """Two channels: the column, from 0 at the left to 1 at the right, and the row, from 0 at the top to 1.

    Source: Ulyanov, Vedaldi, Lempitsky, "Deep image prior", CVPR 2018, supplementary material.
    """

    @property
    def channels(self) -> int:
        """The column and the row."""
        return 2

    def _make(self, shape: tuple[int, int, int], like: Tensor, rng: torch.Generator | None, shrink: int) -> Tensor:
        rows, columns = (torch.linspace(0, 1, n, dtype=torch.float64) for n in shape[1:])
        return torch.stack(torch.meshgrid(columns, rows, indexing="xy"))[None].to(like)


@dataclass(frozen=True)
class FourierFeatures(Input):
    """Sines and cosines of the column ``u`` and of the row ``v``, of wavelengths in geometric progression.

    The channels of a wavelength ``l`` are ``sin(2 pi u / l), cos(2 pi u / l), sin(2 pi v / l), cos(2 pi v / l)``,
    with u and v in pixels of the picture from its left and upper edge, averaged over the area of each pixel. A shrunk
    input is the average of the full one, and how far the network enlarges the picture changes nothing.

    Args:
        bands: how many wavelengths, >= 1; there are four times as many channels.
        shortest, longest: wavelengths in pixels, 0 < shortest <= longest; one band has the shortest.

    Raises:
        ArgumentError: a number is out of its range.

    Source: the positional encoding of Tancik et al., "Fourier features let networks learn high frequency functions in
    low dimensional domains", NeurIPS 2020, section 6, where coordinates are relative to the side of the picture.
    """

    bands: int = 8
    shortest: float = 4.0
    longest: float = 512.0

    def __post_init__(self) -> None:
        check_count("bands", self.bands, "8 is the default")
        if not 0 < self.shortest <= self.longest < math.inf:
            raise ArgumentError(
                f"`shortest` and `longest` must be 0 < shortest <= longest, got {self.shortest} and {self.longest}; "
                "give wavelengths in pixels."
            )

    @property
    def channels(self) -> int:
        """Four channels for each wavelength."""
        return 4 * self.bands

    def _make(self, shape: tuple[int, int, int], like: Tensor, rng: torch.Generator | None, shrink: int) -> Tensor:
        _, height, width = shape
        rows = self._waves(height, shrink)[..., None].expand(-1, -1, height, width)
        columns = self._waves(width, shrink)[..., None, :].expand(-1, -1, height, width)
        return torch.cat([columns, rows], 1).reshape(1, *shape).to(like)

    def _waves(self, size: int, shrink: int) -> Tensor:
        """(bands, 2, size): the mean of each sine and cosine over pixels of width ``shrink``."""
        octaves = torch.linspace(0, 1, self.bands, dtype=torch.float64)
        frequency = 1 / (self.shortest * (self.longest / self.shortest) ** octaves[:, None])
        phase = 2 * math.pi * frequency * shrink * (torch.arange(size, dtype=torch.float64) + 0.5)
        return (torch.sinc(frequency * shrink)[:, None]) * torch.stack([phase.sin(), phase.cos()], 1)


@dataclass(frozen=True, eq=False)
class GuideInput(Input):
    """Another picture of the same scene, such as one with flash; what is beyond its edges repeats them.

    Args:
        image: (C, H, W), of the same size as the picture to be drawn.

    Raises:
        ArgumentError: the guide is no single picture.

    Source: Ulyanov, Vedaldi, Lempitsky, "Deep image prior", CVPR 2018, section 3.
    """

    image: Tensor = field(repr=False)

    def __post_init__(self) -> None:
        if self.image.ndim != 3 or self.image.numel() == 0:
            raise ArgumentError(f"`image` must have shape (C, H, W), got {tuple(self.image.shape)}; give one picture.")

    @property
    def channels(self) -> int:
        """The channels of the image."""
        return self.image.shape[0]

    def check(self, height: int, width: int) -> None:
        """The guide must have the picture's size.

        Raises:
            ShapeError: it has another.
        """
        rows, columns = self.image.shape[-2:]
        if (rows, columns) != (height, width):
            raise ShapeError(
                f"`image` must have the picture's size, {width}x{height}, got {columns}x{rows}; resize it."
            )

    def _make(self, shape: tuple[int, int, int], like: Tensor, rng: torch.Generator | None, shrink: int) -> Tensor:
        # In the last row and column of blocks, only what is in the picture is averaged.
        image = F.avg_pool2d(self.image[None].to(like), shrink, ceil_mode=True)
        below, right = shape[1] - image.shape[-2], shape[2] - image.shape[-1]
        if below < 0 or right < 0:
            raise ArgumentError(
                f"`image` must be as large as the picture, got {tuple(self.image.shape[1:])} for an input of "
                f"{shape[1:]} shrunk {shrink} times; crop or resize the guide to the size of the picture."
            )
        return F.pad(image, (0, right, 0, below), mode="replicate")
