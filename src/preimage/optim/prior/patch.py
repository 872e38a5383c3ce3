"""Priors that judge an image by its patches."""

import torch
from torch import Tensor, nn

from preimage._ranges import check_count, check_number
from preimage._recording import slope
from preimage._shapes import per_image
from preimage.functional import Smooth
from preimage.transform import assemble_patches, extract_patches

__all__ = ["PatchFunctional", "PatchPrior"]

_CHUNK = 4096  # patches differentiated at a time


class PatchFunctional(Smooth):
    r"""``g(x) = weight (stride / size)^2 sum_i energy(P_i x)``, the sum over the patches ``P_i x`` of the image.

    A pixel is in about ``(size / stride)^2`` patches: divided by that, it counts once, whatever the patches' size. All
    patches are taken (:func:`preimage.transform.extract_patches` says which there are), a few thousand at a time in
    ``grad``. A subclass says what the :meth:`energy` is.

    Args:
        size: height and width of the patches, >= 1.
        stride: from patch to patch, >= 1 and at most ``size``.
        weight: > 0, a float or (B,).

    Shapes: (B, C, H, W) with H, W >= ``size``.

    Raises:
        ArgumentError: a number is out of its range.
    """

    def __init__(self, size: int, stride: int, weight: float | Tensor) -> None:
        super().__init__()
        check_number("weight", weight, "leave the prior out to have none")
        check_count("size", size, "give the side of a patch in pixels")
        check_count("stride", stride, "one takes all patches")
        self.size = size
        self.stride = stride
        self.weight = weight

    def energy(self, patches: Tensor) -> Tensor:
        """The energy of each patch (n, C size^2), independent of the others: (n,)."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        patches = extract_patches(x, self.size, self.stride)
        energies = torch.cat([self.energy(part) for part in patches.flatten(0, 1).split(_CHUNK)])
        return self._scale(x).flatten() * energies.unflatten(0, patches.shape[:2]).sum(1)

    def grad(self, x: Tensor) -> Tensor:
        """The gradient, without a record of the whole image unless ``x`` or a parameter requires one."""
        held = (x, *self.parameters(), *self.buffers())
        if torch.is_grad_enabled() and any(tensor.requires_grad for tensor in held):
            return super().grad(x)
        patches = extract_patches(x, self.size, self.stride)
        parts = [self._energy_grad(part) for part in patches.flatten(0, 1).split(_CHUNK)]
        total = assemble_patches(torch.cat(parts).view(patches.shape), tuple(x.shape), self.size, self.stride)
        return self._scale(x) * total

    def _energy_grad(self, patches: Tensor) -> Tensor:
        return slope(self.energy, patches.detach())[1]

    def _scale(self, x: Tensor) -> Tensor:
        return per_image(self.weight, x) * (self.stride / self.size) ** 2


class PatchPrior(PatchFunctional):
    r"""``g(x) = weight (stride / size)^2 sum_i potential(P_i x)`` with any function of a patch.

    A pixel is in about ``(size / stride)^2`` patches: divided by that, it counts once.

    Args:
        potential: maps patches (n, C size^2) to their energies (n,), each patch by itself.
        size: height and width of the patches, >= 1.
        stride: from patch to patch, >= 1 and at most ``size``.
        weight: > 0, a float or (B,).

    Shapes: (B, C, H, W) with H, W >= ``size``.

    Source: Zoran & Weiss 2011, for their potential.
    """

    def __init__(self, potential: nn.Module, size: int, stride: int = 1, weight: float | Tensor = 1.0) -> None:
        super().__init__(size, stride, weight)
        self.potential = potential

    def energy(self, patches: Tensor) -> Tensor:
        """``potential(patches)``."""
        return self.potential(patches)
