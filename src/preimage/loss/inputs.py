"""What a loss is asked about."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._tree import Measurement
from preimage.errors import ArgumentError
from preimage.physics import Physics

__all__ = ["LossInputs", "Model"]

Model = Callable[[Measurement, Physics], Tensor]


@dataclass(frozen=True)
class LossInputs:
    """The arguments of a call of a loss, together.

    Attributes:
        x_hat: ``model(y, physics)`` with its graph, or ``None``.
        x: the true images, or ``None``.
        y: the measurements.
        physics: what made ``y`` of ``x``.
        model: a reconstructor, ``model(y, physics)``.
        rng: source of randomness; the global generator where it is ``None``.
    """

    x_hat: Tensor | None
    x: Tensor | None
    y: Measurement
    physics: Physics
    model: Model
    rng: torch.Generator | None = None

    def estimate(self) -> Tensor:
        """The reconstruction.

        Raises:
            ArgumentError: there is none.
        """
        if self.x_hat is None:
            raise ArgumentError("`x_hat` must be the reconstruction of `y`, got None; pass model(y, physics).")
        return self.x_hat

    def truth(self) -> Tensor:
        """The true images.

        Raises:
            ArgumentError: there are none.
        """
        if self.x is None:
            raise ArgumentError("`x` must be the true images, got None; take a loss that needs no truth.")
        return self.x
