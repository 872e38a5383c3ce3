"""An operator with the picture that it takes."""

from dataclasses import dataclass

from torch import Tensor

from preimage.physics import Physics

__all__ = ["Fitted"]


@dataclass(frozen=True)
class Fitted:
    """What every builder returns: some cut or extend the picture.

    Attributes:
        physics: the operator.
        x: the picture (1, C, H, W), cut or extended to what the operator takes.
    """

    physics: Physics
    x: Tensor
