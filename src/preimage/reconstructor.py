"""Reconstruction: ``x_hat = model(y, physics)``."""

from torch import Tensor

from preimage._module import Module
from preimage._tree import Measurement
from preimage.physics import Physics

__all__ = ["Reconstructor"]


class Reconstructor(Module):
    """What turns a measurement and its physics into an image: variational, plug-and-play, network, sampler.

    A value, whose fields are its constructor's arguments: ``model.replace(max_steps=50)`` is the same model with
    another number of steps, and shares everything else, what it has learned included.
    """

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The reconstruction of each sample of ``y``."""
        raise NotImplementedError
