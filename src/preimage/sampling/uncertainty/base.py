"""What every error map is."""

from torch import Tensor

from preimage._module import Module
from preimage._tree import Measurement
from preimage.physics import Physics

__all__ = ["ErrorMap"]


class ErrorMap(Module):
    """``error_map(y, physics, x_hat)`` is like ``x_hat``: about one standard deviation of the error, pixel by pixel.

    It is an estimate, right up to a factor that differs from model to model: multiply it by
    :func:`preimage.sampling.conformal_factor`, found on pictures whose truth is known, to have half-widths that hold.
    """

    def forward(self, y: Measurement, physics: Physics, x_hat: Tensor) -> Tensor:
        """The error to be expected of each pixel and channel, > 0.

        Args:
            y: the measurements.
            physics: what made them.
            x_hat: the reconstructions.
        """
        raise NotImplementedError
