"""Train a USRNet that makes the detail that blur and sampling took, USRGAN.

    preimage train usr-crisp --data photographs/ --out runs/usr-crisp

The same command goes on where it was stopped; ``runs/usr-crisp/usr-crisp.safetensors`` holds the averaged weights of a
:class:`preimage.models.ResidualUSRNet`. It starts from ``usr-color``.

With a GPU and the weights of VGG, the settings of the published size that :mod:`preimage.training.recipes.usr` names,
and ``--set "lpips='vgg16-397923af.pth','vgg.pth'" --set feature_weight=1 --set judge_weight=0.005`` (Zhang, Van Gool,
Timofte, "Deep unfolding network for image super-resolution", CVPR 2020).
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from typing_extensions import override

from preimage.training.recipes.crisp.terms import CrispRecipe
from preimage.training.recipes.usr import USRRecipe

__all__ = ["USRCrispRecipe"]


@dataclass(frozen=True, kw_only=True)
class USRCrispRecipe(CrispRecipe, USRRecipe):
    """A :class:`USRRecipe` against a judge; the settings are those of both."""

    whole: str = "usr-color"
    muon_rate: float = 0.0005
    adam_rate: float = 1e-4

    title: ClassVar[str] = "usr-crisp"

    @override
    def pictures(self, network: nn.Module, batch: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
        """Pixels that the measurement does not see are those of the truth."""
        x, counts = self.restored(network, batch)
        return torch.where(counts > 0, x, batch[0]), batch[0]
