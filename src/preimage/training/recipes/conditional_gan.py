"""Train a network that draws what may be behind a noisy patch, each sample in one pass: a regularised conditional GAN.

    preimage train conditional-gan --data BSD400 --out runs/conditional-gan --time 20m

The same command goes on where it was stopped; ``runs/conditional-gan/conditional-gan.safetensors`` holds the averaged
weights of both networks, ``ConditionalGANRecipe().network()`` makes them, and its ``generator`` is the
:class:`preimage.sampling.ConditionalGenerator`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from typing_extensions import override

from preimage._draws import seeded, step_generator
from preimage.datasets import crop_batch
from preimage.denoisers import UNet
from preimage.loss import LeastSquaresGAN, PatchDiscriminator, posterior_regularisation
from preimage.loss.adversarial.sides import discriminator_side, generator_side
from preimage.physics import Denoising, GaussianNoise
from preimage.sampling import ConditionalGenerator
from preimage.training.loop import LearningRule
from preimage.training.recipe import StepRecipe
from preimage.training.schedule import WarmupStableDecay

__all__ = ["ConditionalGAN", "ConditionalGANRecipe"]


class ConditionalGAN(nn.Module):
    """The two networks of the game.

    Args:
        generator: draws images.
        discriminator: scores images beside their measurements, higher for true ones.
    """

    def __init__(self, generator: ConditionalGenerator, discriminator: PatchDiscriminator) -> None:
        super().__init__()
        self.generator = generator
        self.discriminator = discriminator


@dataclass(frozen=True, kw_only=True)
class ConditionalGANRecipe(StepRecipe):
    """A generator of samples and what tells them from true patches, by two losses whose gradients do not meet.

    Args:
        sigma: standard deviation of the noise, image units.
        width, scales: the size of the U-Net of the generator.
        judge: feature channels of the first layer of the discriminator.
        draws: samples of each patch in a step, >= 2.
        adversarial: the weight of the game beside :func:`preimage.loss.posterior_regularisation`.
        crops, patch: patches a step, and their side in pixels, >= 12.
        rate: the learning rate of Adam.
    """

    steps: int = 4000
    sigma: float = 0.2
    width: int = 16
    scales: int = 3
    judge: int = 16
    draws: int = 2
    adversarial: float = 0.01
    crops: int = 8
    patch: int = 32
    rate: float = 1e-3

    title: ClassVar[str] = "conditional-gan"

    def physics(self) -> Denoising:
        """What a patch is seen through."""
        return Denoising(GaussianNoise(self.sigma))

    @override
    def network(self) -> ConditionalGAN:
        with seeded(self.seed):
            generator = ConditionalGenerator(UNet(self.channels + 1, self.width, self.scales))
            return ConditionalGAN(generator, PatchDiscriminator(2 * self.channels, self.judge, 2))

    @override
    def batch(self, images: Sequence[Tensor], step: int) -> tuple[Tensor, ...]:
        """Patches, their measurements, and the noise of each draw."""
        rng = step_generator(self.seed, step)
        clean = crop_batch(images, self.crops, self.patch, rng)
        z = torch.randn(len(clean), self.draws, 1, self.patch, self.patch, generator=rng)
        return clean, self.physics()(clean, rng=rng), z

    @override
    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], step: int) -> Tensor:
        """That of the generator and that of the discriminator."""
        assert isinstance(network, ConditionalGAN)
        clean, y, z = batch
        physics, game = self.physics().to(y.device), LeastSquaresGAN()
        samples = torch.stack([network.generator.draw(y, physics, noise) for noise in z.unbind(1)], 1)
        true, made = torch.cat([clean, y], 1), torch.cat([samples[:, 0], y], 1)
        fooled = generator_side(network.discriminator, game, made)
        told = discriminator_side(network.discriminator, game, true, made, 0.0, None)
        return (posterior_regularisation(samples, clean) + self.adversarial * fooled + told).mean()

    @override
    def rule(self, network: nn.Module) -> LearningRule:
        adam = torch.optim.Adam(network.parameters(), lr=self.rate, betas=(0.5, 0.99))
        return LearningRule([adam], WarmupStableDecay(self.steps, min(100, self.steps // 10 + 1)))
