"""What the trainings for crisp pictures have in common: a judge, and features of another network."""

from abc import abstractmethod
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from typing_extensions import override

from preimage import zoo
from preimage._draws import seeded
from preimage._module import Module
from preimage.denoisers import DRUNet
from preimage.denoisers.base import with_noise_map
from preimage.errors import ArgumentError
from preimage.loss.adversarial import LeastSquaresGAN, UNetDiscriminator
from preimage.loss.adversarial.sides import discriminator_side, generator_side
from preimage.metric import FeatureDistance, Metric
from preimage.training.loop import LearningRule
from preimage.training.recipe import StepRecipe

__all__ = ["CrispRecipe"]


@dataclass(frozen=True, kw_only=True)
class CrispRecipe(StepRecipe):
    """A recipe's network, trained against a judge that learns to tell its pictures from photographs.

    The network minimises ``pixel_weight |x_hat - x| + feature_weight d(x_hat, x) + judge_weight (1 - D(x_hat))^2``, the
    judge ``D`` the sum ``(1 - D(x))^2 + D(x_hat)^2``, in the same steps. It is mixed in before the recipe of the
    network, which says by :meth:`pictures` what is compared.

    Args:
        pixel_weight: the share of the mean absolute error.
        feature_weight: that of the distance ``d`` of features.
        judge_weight: that of the judge's verdict.
        features: a denoiser of the package, a :class:`preimage.denoisers.DRUNet`, whose features are compared
            (:class:`preimage.metric.FeatureDistance`).
        lpips: two files, the features and the heads of VGG (:func:`preimage.zoo.load_lpips`); LPIPS of them then
            takes the place of ``d``.
        judge_width: feature channels of the judge; 64 is published.
        judge_rate: its learning rate.
    """

    # Fields of StepRecipe, which would have the values of that here, and not those of the recipe it is mixed into.
    channels: int = 3
    steps: int = 1500
    pixel_weight: float = 1.0
    feature_weight: float = 0.1
    judge_weight: float = 0.01
    features: str = "blind-color"
    lpips: tuple[str, ...] = ("", "")
    judge_width: int = 16
    judge_rate: float = 2e-4

    @abstractmethod
    def pictures(self, network: nn.Module, batch: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
        """What ``network`` makes of a batch, and what it should be."""

    @override
    def network(self) -> nn.Module:
        """The recipe's own, with a judge and the network of the features beside it."""
        with seeded(self.seed):
            judge = UNetDiscriminator(self.channels, self.judge_width)
        return _Judged(super().network(), judge, self._distance())  # pyright: ignore[reportAbstractUsage]

    def _distance(self) -> Metric:
        if len(self.lpips) != 2:
            raise ArgumentError(f"`lpips` must be two files, features and heads, got {self.lpips}; leave it out.")
        if any(self.lpips):
            features, heads = self.lpips
            return zoo.load_lpips("vgg", features, heads).requires_grad_(False)
        denoiser = zoo.load_denoiser(self.features)
        if not isinstance(denoiser, DRUNet):
            raise ArgumentError(f"`features` must name a DRUNet, got {self.features}; blind-color is one.")
        return FeatureDistance(_Scales(denoiser)).requires_grad_(False)

    @override
    def shipped(self, network: nn.Module) -> nn.Module:
        return _parts(network).made

    @override
    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], step: int) -> Tensor:
        parts, criterion = _parts(network), LeastSquaresGAN()
        found, clean = self.pictures(parts.made, batch)
        ours = (
            self.pixel_weight * (found - clean).abs().flatten(1).mean(1)
            + self.feature_weight * parts.distance(found, clean)
            + self.judge_weight * generator_side(parts.judge, criterion, found)
        )
        return (ours + discriminator_side(parts.judge, criterion, clean, found, 0.0, None)).mean()

    @override
    def rule(self, network: nn.Module) -> LearningRule:
        """That of the network, and Adam for the judge."""
        parts = _parts(network)
        usual = super().rule(parts.made)  # pyright: ignore[reportAbstractUsage]
        judge = torch.optim.Adam(parts.judge.parameters(), lr=self.judge_rate, betas=(0.9, 0.99))
        return replace(usual, optimizers=[*usual.optimizers, judge])


class _Judged(Module):
    """The network, its judge, and the distance of features."""

    def __init__(self, made: nn.Module, judge: nn.Module, distance: nn.Module) -> None:
        super().__init__()
        self.made = made
        self.judge = judge
        self.distance = distance


class _Scales(Module):
    """The features of a denoiser on its way down, as it sees pictures without noise."""

    def __init__(self, denoiser: DRUNet) -> None:
        super().__init__()
        self.denoiser = denoiser

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        return self.denoiser.scales(self.denoiser.m_head(with_noise_map(x, 0.0)))


def _parts(network: nn.Module) -> _Judged:
    assert isinstance(network, _Judged)
    return network
