"""Train a generator of patches: an autoencoder, and a flow from normal numbers to its codes.

    preimage train latent-flow --data BSD400 --out runs/latent-flow --time 20m

The same command goes on where it was stopped; ``runs/latent-flow/latent-flow.safetensors`` holds the averaged weights
of both, ``LatentFlowRecipe().network()`` makes them, and its ``generator()`` is the
:class:`preimage.sampling.LatentFlow`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from typing_extensions import override

from preimage._draws import seeded, step_generator
from preimage.datasets import crop_batch
from preimage.denoisers import AutoEncoder
from preimage.sampling import CodeVelocity, LatentFlow
from preimage.training.loop import LearningRule
from preimage.training.recipe import StepRecipe
from preimage.training.schedule import WarmupStableDecay

__all__ = ["CodedPatches", "LatentFlowRecipe"]


class CodedPatches(nn.Module):
    """An autoencoder and the velocity of its codes.

    Args:
        coder: from patches to codes and back.
        velocity: the velocity of the codes.
    """

    def __init__(self, coder: AutoEncoder, velocity: CodeVelocity) -> None:
        super().__init__()
        self.coder = coder
        self.velocity = velocity

    def generator(self, steps: int = 20) -> LatentFlow:
        """The generator of patches."""
        decoder = nn.Sequential(self.coder.decoder, nn.Unflatten(1, self.coder.shape))
        return LatentFlow(decoder, self.velocity, self.coder.latent, steps)


@dataclass(frozen=True, kw_only=True)
class LatentFlowRecipe(StepRecipe):
    """An autoencoder by its error, and the flow of its codes by the error of its velocity, in the same steps.

    Args:
        patch: the side of a patch, pixels.
        width, latent: the size of the autoencoder.
        flow_width: the width of the velocity.
        scale: the weight of the mean square of the codes, which keeps them near the size of the noise.
        crops: patches a step.
        rate: the learning rate of Adam.
    """

    steps: int = 6000
    patch: int = 16
    width: int = 512
    latent: int = 32
    flow_width: int = 256
    scale: float = 1e-5
    crops: int = 128
    rate: float = 1e-3

    title: ClassVar[str] = "latent-flow"

    @override
    def network(self) -> CodedPatches:
        with seeded(self.seed):
            coder = AutoEncoder((self.channels, self.patch, self.patch), self.width, self.latent)
            return CodedPatches(coder, CodeVelocity(self.latent, self.flow_width))

    @override
    def batch(self, images: Sequence[Tensor], step: int) -> tuple[Tensor, ...]:
        """Patches, and the noise and the times at which the velocity of their codes is asked for."""
        rng = step_generator(self.seed, step)
        clean = crop_batch(images, self.crops, self.patch, rng)
        return clean, torch.randn(len(clean), self.latent, generator=rng), torch.rand(len(clean), generator=rng)

    @override
    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], step: int) -> Tensor:
        """The error of the patches and that of the velocity, whose gradient does not reach the codes."""
        assert isinstance(network, CodedPatches)
        clean, noise, t = batch
        codes = network.coder.encode(clean)
        error = (network.coder.decode(codes) - clean).square().mean() + self.scale * codes.square().mean()
        x0 = codes.detach()
        z = torch.lerp(x0, noise, t[:, None])
        return error + (network.velocity(z, t) - (noise - x0)).square().mean()

    @override
    def rule(self, network: nn.Module) -> LearningRule:
        adam = torch.optim.Adam(network.parameters(), lr=self.rate)
        return LearningRule([adam], WarmupStableDecay(self.steps, min(100, self.steps // 10 + 1)))
