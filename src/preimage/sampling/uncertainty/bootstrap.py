"""The error of a reconstruction, told by measuring and reconstructing it again."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.physics import Physics
from preimage.sampling.uncertainty.base import ErrorMap
from preimage.sampling.uncertainty.smoothing import smoothed_map
from preimage.transform.actions import InvertibleTransform

__all__ = ["BootstrapErrorMap"]


class BootstrapErrorMap(ErrorMap):
    """The root-mean-square difference of ``T_g^-1 f(A T_g x_hat + n)`` from ``x_hat``: the equivariant bootstrap.

    The reconstruction stands for the truth, is moved by a random transform, measured with new noise, reconstructed and
    moved back. Without a transform, what ``A`` does not see is the same every time and seems to be without error; one
    under which images stay images, such as a shift, lets ``A`` miss another part of them each time.

    Args:
        model: the reconstructor ``f`` that made ``x_hat``; it runs once a sample.
        transform: the law of ``T_g``; none by default.
        samples: how many, >= 1.
        width: the standard deviation in pixels of the local mean of the squares, >= 0.
        seed: the seed of noise and transforms, >= 0.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Tachella, Pereyra, "Equivariant bootstrapping for uncertainty quantification in imaging inverse problems",
    AISTATS 2024.
    """

    def __init__(
        self,
        model: Callable[[Measurement, Physics], Tensor],
        transform: InvertibleTransform | None = None,
        samples: int = 8,
        width: float = 1.5,
        seed: int = 0,
    ) -> None:
        super().__init__()
        check_count("samples", samples, "more of them are less noisy")
        check_level("width", width, "0 takes each pixel on its own", zero=True)
        check_count("seed", seed, "it tells runs apart", least=0)
        self.model = model
        self.transform = transform
        self.samples = samples
        self.width = width
        self.seed = seed

    @torch.no_grad()
    def forward(self, y: Measurement, physics: Physics, x_hat: Tensor) -> Tensor:
        """The error to be expected of each pixel and channel, > 0."""
        total = torch.zeros_like(x_hat.real if x_hat.is_complex() else x_hat)
        for number in range(self.samples):
            rng = torch.Generator().manual_seed(self.seed * 65_537 + number)
            total = total + (self._again(physics, x_hat, rng) - x_hat).abs().square()
        mean = smoothed_map(total / self.samples, self.width)
        power = x_hat.abs().square().flatten(1).mean(1)
        return (mean + per_image(1e-8 * power.clamp_min(1e-12), mean)).sqrt()

    def _again(self, physics: Physics, x_hat: Tensor, rng: torch.Generator) -> Tensor:
        """The reconstruction of another measurement."""
        if self.transform is None:
            return self.model(physics(x_hat, rng=rng), physics)
        params = self.transform.draw(len(x_hat), rng)
        moved = self.transform.transform(x_hat, params)
        return self.transform.inverse(self.model(physics(moved, rng=rng), physics), params)
