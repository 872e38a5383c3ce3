"""Crops of noisy pictures as a dataset."""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from typing_extensions import Self

from preimage.blind.light import Light
from preimage.datasets import Dataset, Sample
from preimage.datasets.draws import generator_of
from preimage.restore.learning.found import NoisyPicture

__all__ = ["NoisyCrops", "stabilised"]


@dataclass(frozen=True, eq=False)
class NoisyCrops(Dataset):
    """Random crops of pictures with the eight symmetries, or those in their middles.

    Args:
        pictures: (C, H, W) with the level of their noise and the level that the denoiser is told.
        size: the side of a crop.
        random: whether places are drawn anew in each epoch.
        turned: whether rows and columns may change places, which correlated noise may not allow.
        seed: the seed of the places.
        epoch: the number of the epoch; :meth:`at_epoch` sets it.
    """

    pictures: tuple[NoisyPicture, ...]
    size: int = 64
    random: bool = True
    turned: bool = True
    seed: int = 0
    epoch: int = 0

    def __len__(self) -> int:
        """The number of pictures."""
        return len(self.pictures)

    def sample(self, index: int) -> Sample:
        """A crop of a picture as a measurement, with its levels."""
        picture = self.pictures[index]
        crop = self._crop(picture.pixels, index)
        return Sample(y=crop, params={"sigma": torch.tensor(picture.sigma), "told": torch.tensor(picture.told)})

    def at_epoch(self, epoch: int) -> Self:
        """Crops at other places, unless they are those in the middle."""
        return replace(self, epoch=epoch) if self.random else self

    def _crop(self, pixels: Tensor, index: int) -> Tensor:
        room = [length - self.size for length in pixels.shape[-2:]]
        if not self.random:
            return _cut(pixels, room[0] // 2, room[1] // 2, self.size)
        rng = generator_of("noisy crops", self.seed, self.epoch, index)
        top, left, symmetry = torch.randint(0, 2**31, (3,), generator=rng).tolist()
        crop = _cut(pixels, top % (room[0] + 1), left % (room[1] + 1), self.size)
        crop = crop.flip(-1) if symmetry & 1 else crop
        crop = crop.flip(-2) if symmetry & 2 else crop
        return (crop.mT if symmetry & 4 and self.turned else crop).contiguous()


def _cut(pixels: Tensor, top: int, left: int, size: int) -> Tensor:
    return pixels[:, top : top + size, left : left + size].contiguous()


def stabilised(picture: NoisyPicture, light: Light) -> NoisyPicture:
    """The picture after the transform of :class:`preimage.denoisers.AnscombeDenoiser`, as the denoiser inside sees it.

    Its noise is nearly white and of one level.
    """
    offset = 3 / 8 + (light.sigma / light.gain) ** 2
    z = 2 * ((picture.pixels - light.black) / light.gain + offset).clamp_min(0).sqrt()
    span = max(1.0, float(z.amax() - z.amin()))
    level = 1 / span
    assert math.isfinite(level)
    return NoisyPicture((z - z.amin()) / span, level, None, level)
