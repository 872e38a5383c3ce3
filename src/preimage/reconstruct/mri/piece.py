"""K-space of one image."""

from dataclasses import dataclass

import torch
from torch import Tensor
from typing_extensions import override

from preimage.physics import MultiCoilMRI
from preimage.reconstruct.frame.acquisition import Piece

__all__ = ["CoilsPiece", "cut_to", "outer_noise"]

_OUTER = 0.7  # of the way to the outermost sample
_LEAST = 1e-6
_TINY = 1e-30


@dataclass(frozen=True)
class CoilsPiece(Piece):
    """K-space (1, coils, ...) of one slice or volume, and what of its image is wanted.

    Attributes:
        crop: the size of the image, in the middle of the encoded one.
        is_complex: whether complex numbers are wanted, or their moduli.
        known: the standard deviation of the noise where a noise scan tells it.
    """

    physics: MultiCoilMRI
    crop: tuple[int, ...] = ()
    is_complex: bool = False
    known: float | None = None

    @override
    def first(self) -> Tensor:
        return self.physics.A_adjoint(self.y)

    @override
    def estimated_level(self) -> float:
        """That of the noise scan, or else that of the outer part of k-space."""
        return outer_noise(self.y, self.physics.mask) if self.known is None else self.known

    @override
    def finish(self, x: Tensor) -> Tensor:
        """The middle of the encoded image, as it is wanted."""
        return cut_to(x, self.crop, self.is_complex)


def cut_to(x: Tensor, crop: tuple[int, ...], is_complex: bool) -> Tensor:
    """The middle of images (B, 1, ...) of the size ``crop``, or its modulus."""
    for axis, size in enumerate(crop, 2):
        x = x.narrow(axis, x.shape[axis] // 2 - size // 2, size)
    return x if is_complex else x.abs()


def outer_noise(y: Tensor, mask: Tensor) -> float:
    """The standard deviation of real and imaginary part far from the middle of k-space.

    The modulus of noise has the median ``sigma sqrt(2 log 2)``. Where the object still has detail there, it is too
    large.

    Args:
        y: k-space (1, coils, ...).
        mask: which samples were taken, (1, 1, ...).
    """
    places = [(torch.arange(n, dtype=torch.float64) - n // 2) / max(n // 2, 1) for n in y.shape[2:]]
    radius = torch.stack(torch.meshgrid(*places, indexing="ij")).square().sum(0).sqrt().to(y.device)
    taken = mask[0, 0] != 0
    outer = taken & (radius >= _OUTER * radius[taken].max()) if bool(taken.any()) else taken
    moduli = y[:, :, outer].abs()
    found = float(moduli.median()) / 1.1774100225154747 if moduli.numel() else 0.0
    return max(found, _LEAST * float(y.abs().max()), _TINY)
