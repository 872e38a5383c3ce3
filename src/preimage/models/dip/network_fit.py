"""One network at work on one image."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage._worker import Worker
from preimage.models.dip.adam import Adam
from preimage.models.dip.fit import Fit
from preimage.models.dip.inputs import Input
from preimage.models.dip.layout import as_images, count_channels
from preimage.models.dip.networks.generator import Generator
from preimage.models.dip.precision import is_half
from preimage.models.dip.seeds import seeded_generator

__all__ = ["NetworkFactory", "NetworkFit"]

NetworkFactory = Callable[[int, int], Generator]
"""``network(inputs, outputs)``: a new network with random weights for so many channels of the input and the image."""


class NetworkFit(Worker):
    """A network, its input and its optimizer; :meth:`draw` a picture, tell its gradient to :meth:`learn`.

    Args:
        network: makes the network; called with the global generator seeded, which is left as it was.
        source: the input.
        fit: how to fit.
        like: images (B, C, ...) of the shape, type and device of those to be drawn, all by one network; complex ones
            are drawn as two real ones, a volume of D frames as C D channels, and B images as B C channels.
        seed: the seed of this fit.
    """

    def __init__(self, network: NetworkFactory, source: Input, fit: Fit, like: Tensor, seed: int) -> None:
        self.fit, self.like, self.source = fit, like, source
        self.size = (like.shape[-2], like.shape[-1])
        source.check(*self.size)
        self.rng = seeded_generator(seed, "input")
        outputs = count_channels(like)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            made = network(source.count(outputs), outputs)
        self.network = made.to(like.device, like.real.dtype)
        self.network.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
        self.weights = list(self.network.parameters())
        self.optimizer = Adam(self.weights, fit.rate)
        self.inputs: dict[int, Tensor] = {}
        self.is_half = is_half(fit.precision, self.network, self._input(1))
        self.kept: list[Tensor] = []
        self.since = 2  # steps learned since weights were taken back
        self.noise: list[Tensor] = []

    def draw(self, step: int) -> Tensor:
        """The picture of step ``step`` (from 1), (1, C, ...), as a function of the weights."""
        shrink = 4 if step <= self.fit.coarse else 2 if step <= 2 * self.fit.coarse else 1
        shown = self.source.shown(self._input(shrink), self.rng)
        z = shown + self.fit.input_noise * self._normal(shown) if self.fit.input_noise else shown
        self._disturb()
        self.network.zero_grad(set_to_none=True)
        with torch.autocast(self.like.device.type, torch.bfloat16, enabled=self.is_half):
            drawn = self.network(z)
        drawn = self.source.composed(drawn.to(self.like.real.dtype), shown)
        if shrink > 1:
            drawn = F.interpolate(drawn, scale_factor=shrink, mode="bilinear", align_corners=False)
        return as_images(drawn[..., : self.size[0], : self.size[1]], self.like)

    def learn(self, gradient: Tensor, drawn: Tensor) -> None:
        """One step of Adam, for the ``gradient`` of what is minimised with respect to the picture ``drawn``."""
        drawn.backward(gradient)
        self._calm()
        self.kept = [weight.detach().clone() for weight in self.weights]
        self.optimizer.step()
        self.since += 1

    def take_back(self) -> None:
        """Return to the weights before the last :meth:`learn`; where that happens again at once, with half the rate."""
        self._calm()
        if self.since < 2:
            self.optimizer.halve_rate()
        self.since = 0
        for weight, old in zip(self.weights, self.kept, strict=True):
            weight.data.copy_(old)

    def _input(self, shrink: int) -> Tensor:
        if shrink not in self.inputs:
            height, width = (-(-size // shrink) for size in self.size)
            shape = (self.source.channels, *self.network.input_size(height, width))
            made = self.source.make(shape, self.like.real, self.rng, shrink)
            self.inputs[shrink] = made.contiguous(memory_format=torch.channels_last)
        return self.inputs[shrink]

    def _normal(self, like: Tensor) -> Tensor:
        """Standard normal numbers, the same on every device."""
        # A dense line of them is drawn several times faster than any other layout.
        line = torch.empty(like.numel(), dtype=like.dtype).normal_(generator=self.rng)
        return line.to(like.device).as_strided(like.shape, like.stride())

    def _disturb(self) -> None:
        """Add noise to the weights, for one picture."""
        if not self.fit.parameter_noise:
            return
        for weight in self.weights:
            spread = weight.detach().std(correction=0)
            noise = self.fit.parameter_noise * spread * self._normal(weight.detach())
            weight.data.add_(noise)
            self.noise.append(noise)

    def _calm(self) -> None:
        """Take away what :meth:`_disturb` added."""
        for weight, noise in zip(self.weights, self.noise, strict=False):  # none, or one for each
            weight.data.sub_(noise)
        self.noise = []
