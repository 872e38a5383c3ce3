"""Train a network that enlarges pictures of unknown history and makes the detail that they have lost.

    preimage train sr-crisp --data photographs/ --out runs/crisp4
    preimage train sr-crisp --data photographs/ --out runs/crisp2 --set factor=2 --set patch=96 --set start=sr-blind-x2

The same command goes on where it was stopped; ``runs/crisp4/sr-crisp.safetensors`` holds the averaged weights, which
``preimage restore superresolve --method blind --weights`` takes. It starts from ``sr-blind-x4``, which invents nothing.

With a GPU and the weights of VGG, ``--set "lpips='vgg16-397923af.pth','vgg.pth'" --set feature_weight=1
--set judge_weight=0.1 --set judge_width=64 --set widths=64,128,256,512 --set width=64 --set depth=16 --set start=
--set crops=48 --set patch=288 --set steps=400000 --device cuda`` has the weights of the terms, the judge's size and the
patches of the published training of BSRGAN (Zhang, Liang, Van Gool, Timofte, "Designing a practical degradation model
for deep blind image super-resolution", ICCV 2021), with this package's network.
"""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor, nn
from typing_extensions import override

from preimage.training.recipes.crisp.terms import CrispRecipe
from preimage.training.recipes.sr_blind import SRBlindRecipe

__all__ = ["SRCrispRecipe"]


@dataclass(frozen=True, kw_only=True)
class SRCrispRecipe(CrispRecipe, SRBlindRecipe):
    """A :class:`SRBlindRecipe` against a judge; the settings are those of both."""

    start: str = "sr-blind-x4"
    patch: int = 128
    muon_rate: float = 0.001
    adam_rate: float = 3e-4

    title: ClassVar[str] = "sr-crisp"

    @override
    def pictures(self, network: nn.Module, batch: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
        return self.enlarged(network, batch[1]), batch[0]
