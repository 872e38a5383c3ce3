"""What is seen of a picture as the input of a deep image prior."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage._ranges import check_interval
from preimage.errors import ArgumentError
from preimage.fidelity import Measured
from preimage.models.dip.inputs import Input
from preimage.models.dip.layout import as_channels

__all__ = ["SelfGuide"]


@dataclass(frozen=True)
class SelfGuide(Input):
    """The pixels that are seen but for some, others in every step: the network learns to predict those from the rest.

    For pictures of which scattered pixels are missing and the others are known without noise: a pixel that the network
    is shown is taken over into what it draws. There are two channels of input for each of the image: the pixels shown,
    and which they are. Large holes are not filled well, since none are in what is learned from.

    Args:
        keep: probability with which a pixel that is seen is shown, in (0, 1).

    Source: Quan, Chen, Pang, Ji, "Self2Self with dropout", CVPR 2020, of which this is the training, on any network.
    """

    keep: float = 0.85

    def __post_init__(self) -> None:
        check_interval("keep", self.keep, "(0, 1)", "0.85 is the default")

    @property
    def channels(self) -> int:
        """Two channels for each of an image, of which one channel is taken until it is known."""
        return 2

    def count(self, outputs: int) -> int:
        """Two channels for each of the image."""
        return 2 * outputs

    def of(self, measured: Measured | None, sizes: Sequence[int]) -> list[Input]:
        """The inputs for the pixels that are seen and not held out.

        Raises:
            ArgumentError: the measurement is not some pixels of the picture as they are.
        """
        if measured is None:
            _refuse("a functional")
        seen = measured.pixels()
        if seen is None:
            _refuse(type(measured.physics).__name__)
        image, mask = seen
        pairs = zip(image.split(sizes), mask.expand(image.shape).to(image).split(sizes), strict=True)
        return [_Shown(self.keep, as_channels(image)[0], as_channels(where)[0]) for image, where in pairs]

    def _make(self, shape: tuple[int, int, int], like: Tensor, rng: torch.Generator | None, shrink: int) -> Tensor:
        _refuse("nothing")


def _refuse(what: str) -> NoReturn:
    raise ArgumentError(
        f"`source` SelfGuide needs measurements that are pixels as they are, as those of Inpainting, got {what}; take "
        "NoiseInput()."
    )


@dataclass(frozen=True, eq=False)
class _Shown(Input):
    """The input for a measurement: ``image`` and ``seen``, (C, H, W) each."""

    keep: float
    image: Tensor = field(repr=False)
    seen: Tensor = field(repr=False)

    @property
    def channels(self) -> int:
        """Two channels for each of the image."""
        return 2 * len(self.image)

    def shown(self, z: Tensor, rng: torch.Generator) -> Tensor:
        """Without some pixels, which are the same ones in all channels."""
        return z * (torch.rand(z.shape[-2:], generator=rng) < self.keep).to(z)

    def composed(self, drawn: Tensor, shown: Tensor) -> Tensor:
        """With the pixels that were shown."""
        image, seen = shown.chunk(2, 1)
        if seen.shape != drawn.shape:
            raise ArgumentError(
                f"`source` SelfGuide needs a network that draws what is of the size of its input, and no coarse start, "
                f"got {tuple(drawn.shape)} for {tuple(seen.shape)}; take a UNetGenerator or a SkipNet and `coarse=0`."
            )
        return image + (1 - seen) * drawn

    def _make(self, shape: tuple[int, int, int], like: Tensor, rng: torch.Generator | None, shrink: int) -> Tensor:
        if shrink > 1:
            raise ArgumentError(f"`coarse` must be 0 with SelfGuide, got a start {shrink} times as small.")
        both = torch.cat([self.image, self.seen])
        return F.pad(both[None], (0, shape[2] - both.shape[-1], 0, shape[1] - both.shape[-2])).to(like)
