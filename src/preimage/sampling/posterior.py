"""Samples of a posterior, and what they tell."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._views import image_markup, table_markup
from preimage.errors import ShapeError
from preimage.kernels.pointwise.variance import variance

__all__ = ["Posterior"]


@dataclass(frozen=True)
class Posterior:
    """Samples of the images behind a batch of measurements.

    Args:
        samples: (B, S, C, H, W) or (B, S, C, D, H, W): S samples of each of B images, in the order in which they were
            drawn.
        chains: how many independent chains they come from, one after the other, all of one length; S where every
            sample is independent of the others, which is the default.

    Raises:
        ShapeError: there are no samples, or they do not divide into so many chains.
    """

    samples: Tensor
    chains: int | None = None

    def __post_init__(self) -> None:
        count = self.samples.shape[1] if self.samples.ndim > 2 else 0
        if not count or count % (self.chains or count):
            raise ShapeError(
                f"`samples` must be (B, S, ...) with S >= 1 a multiple of `chains`, got {tuple(self.samples.shape)} "
                f"and {self.chains}; add the dimension of the samples."
            )

    def mean(self) -> Tensor:
        """The mean of the samples, which has the least expected squared error: (B, ...)."""
        return self.samples.mean(1)

    def variance(self) -> Tensor:
        """The variance of each pixel, (B, ...); NaN of a single sample."""
        return variance(self.samples, 1)

    def quantile(self, q: float | Sequence[float]) -> Tensor:
        """The quantiles of each pixel, (B, ...); with several ``q`` (B, Q, ...)."""
        levels = torch.as_tensor(q, dtype=self.samples.dtype, device=self.samples.device)
        found = self.samples.quantile(levels, 1)
        return found if levels.ndim == 0 else found.movedim(0, 1)

    def by_chain(self) -> Tensor:
        """The samples as (B, chains, S / chains, ...)."""
        return self.samples.unflatten(1, (self.chains or self.samples.shape[1], -1))

    def _repr_html_(self) -> str:
        """Mean, standard deviation and the first samples of the first image, for notebooks."""
        count = self.samples.shape[1]
        text = table_markup("Posterior", {"samples": count, "shape of an image": tuple(self.samples.shape[2:])})
        if not self.samples.numel():
            return text
        first = self.samples[:1]
        shown = image_markup(first.mean(1), "mean")
        if count > 1:
            shown += image_markup(first.std(1), "standard deviation")
        return text + shown + "".join(image_markup(first[:, i], f"sample {i}") for i in range(min(count, 3)))
