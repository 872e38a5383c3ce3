"""What every recorruption is."""

import torch
from torch import Tensor

from preimage._module import Module
from preimage.physics.noise import Noise

__all__ = ["Recorruption"]


class Recorruption(Module):
    """Splits ``y`` into ``y1`` and ``y2``, each of the mean of ``y``, that are uncorrelated given the image.

    Where they are independent, too, ``E |h(y1) - y2|^2 = E |h(y1) - z|^2 + Var y2`` for any function ``h``, with ``z``
    the mean of ``y``. ``y1`` is noisier than ``y``, the less so the smaller ``alpha`` is, and ``y2`` the more so.
    """

    def split(self, y: Tensor, rng: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
        """``y1`` and ``y2``, each like ``y``."""
        raise NotImplementedError

    def target_variance(self, y: Tensor) -> Tensor:
        """An unbiased estimate from ``y`` of the variance of ``y2``, entry by entry, broadcastable to ``y``."""
        raise NotImplementedError

    def noise(self) -> Noise:
        """The noise of ``y1``."""
        raise NotImplementedError
