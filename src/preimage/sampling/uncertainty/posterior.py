"""The error of a posterior mean, told by its samples."""

from torch import Tensor

from preimage._tree import Measurement
from preimage.errors import ArgumentError
from preimage.physics import Physics
from preimage.sampling.posterior_sampler import PosteriorSampler
from preimage.sampling.uncertainty.base import ErrorMap

__all__ = ["PosteriorErrorMap"]


class PosteriorErrorMap(ErrorMap):
    """The root-mean-square difference of samples of the posterior from ``x_hat``, pixel by pixel.

    Args:
        sampler: draws the samples, one or more.

    Source: the definition.
    """

    def __init__(self, sampler: PosteriorSampler) -> None:
        super().__init__()
        self.sampler = sampler

    def forward(self, y: Measurement, physics: Physics, x_hat: Tensor) -> Tensor:
        """The error to be expected of each pixel and channel.

        Raises:
            ArgumentError: the samples are of another shape than ``x_hat``.
        """
        samples = self.sampler.sample(y, physics).samples
        if samples.shape[2:] != x_hat.shape[1:]:
            raise ArgumentError(
                f"`x_hat` must be an estimate of what `sampler` samples, {tuple(samples.shape[2:])}, got "
                f"{tuple(x_hat.shape[1:])}; reconstruct the same measurement."
            )
        return (samples - x_hat[:, None]).abs().square().mean(1).sqrt()
