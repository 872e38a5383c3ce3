"""Reconstruction: ``x_hat = model(y, physics)``."""

from torch import Tensor, nn

from preimage._tree import Measurement
from preimage.physics.base import Physics

__all__ = ["Reconstructor"]


class Reconstructor(nn.Module):
    """Anything that turns a measurement and its physics into an image: variational, plug-and-play, network, sampler."""

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The reconstruction of each sample of ``y``."""
        raise NotImplementedError
