"""Train a denoiser for noise of unknown kinds: that of cameras, of light, of compression, resized, and mixtures.

    preimage train blind-color --data CBSD400 --out runs/blind-color
    preimage train blind-grey --data CBSD400 --out runs/blind-grey

The same command goes on where it was stopped; ``runs/blind-color/blind-color.safetensors`` holds the averaged weights.

``blind-color`` and ``blind-grey``, which the package ships, are what the defaults give on CBSD400, the 400 colour
photographs of the Berkeley segmentation data set that no test set contains (grey is their luma). The network is a
compact DRUNet and starts from the one that ships for white noise. In place of the standard deviation of white noise it
is told a *strength*: about how far the picture is from the clean one, root mean square, whatever the noise is. It
learns with strengths that are wrong by a random factor, so that those that are estimated will do, and that nothing is
to be changed at strength zero. Exposure and white balance of the crops vary, and the clean crop has those of the noisy
one: the network keeps brightness and colours.

With a GPU, ``--set widths=64,128,256,512 --set blocks=4 --set start= --set patch=128 --set steps=200000 --device cuda``
trains the published size of DRUNet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from typing_extensions import override

from preimage._draws import step_generator
from preimage.datasets import crop_batch
from preimage.degradations import scunet
from preimage.training.recipes.evaluate import denoising_psnr
from preimage.training.recipes.exposures import exposed
from preimage.training.recipes.started import StartedRecipe

__all__ = ["BlindColorRecipe", "BlindGreyRecipe"]


@dataclass(frozen=True, kw_only=True)
class BlindRecipe(StartedRecipe):
    """A DRUNet for unknown noise, told a strength.

    Args:
        shares: parts of the crops: those with a random history of noise (:func:`preimage.degradations.scunet`), those
            with white noise, and those without any.
        resize: range of the factors of the resizing in these histories; less would need larger pictures.
        sigma_max: the largest level of white noise, image units.
        doubt: standard deviation of the logarithm of the factor by which strengths are wrong.
    """

    shares: tuple[float, float, float] = (0.65, 0.3, 0.05)
    resize: tuple[float, float] = (0.6, 1.6)
    sigma_max: float = 55 / 255
    doubt: float = 0.35

    checkpoint_every: ClassVar[int] = 50

    @override
    def batch(self, images: Sequence[Tensor], step: int) -> tuple[Tensor, ...]:
        """Clean crops, noisy ones, and the strengths that are told, (B,)."""
        rng = step_generator(self.seed, step)
        kinds = torch.multinomial(torch.tensor(self.shares, dtype=torch.float32), self.crops, True, generator=rng)
        levels = self.sigma_max * torch.rand(self.crops, generator=rng)
        doubts = (self.doubt * torch.randn(self.crops, generator=rng)).clamp(-2 * self.doubt, 2 * self.doubt)
        clean, noisy = [], []
        for kind, level in zip(kinds.tolist(), levels.tolist(), strict=True):
            history = scunet(self.patch, resize=self.resize).draw(rng)
            size = history.source_size(self.patch) if kind == 0 else self.patch
            crop = exposed(crop_batch(images, 1, min(size, _least(images)), rng), rng)
            white = torch.randn(crop.shape, generator=rng)
            pair = history(crop) if kind == 0 else (crop + level * white * (kind == 1), crop)
            noisy.append(pair[0])
            clean.append(pair[1])
        x, y = torch.cat(clean), torch.cat(noisy)
        return x, y, (y - x).square().mean((1, 2, 3)).sqrt() * doubts.exp()

    @override
    def scores(self, network: nn.Module, images: Sequence[Tensor]) -> dict[str, float]:
        """PSNR for three levels of white noise."""
        return {f"psnr_{level}": denoising_psnr(network, images, level / 255) for level in (15, 25, 50)}


def _least(images: Sequence[Tensor]) -> int:
    """The largest square that can be cut out of every image."""
    return min(min(image.shape[-2:]) for image in images)


@dataclass(frozen=True, kw_only=True)
class BlindColorRecipe(BlindRecipe):
    """A :class:`BlindRecipe` for colour pictures."""

    channels: int = 3

    title: ClassVar[str] = "blind-color"


@dataclass(frozen=True, kw_only=True)
class BlindGreyRecipe(BlindRecipe):
    """A :class:`BlindRecipe` for grey pictures."""

    channels: int = 1
    steps: int = 800

    title: ClassVar[str] = "blind-grey"
