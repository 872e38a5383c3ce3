"""A physics near an image, as a linear operator."""

import torch
from torch import Tensor

from preimage._recording import leaf, recorded
from preimage._tree import Measurement
from preimage.errors import CapabilityError
from preimage.physics import LinearPhysics, Physics

__all__ = ["Tangent"]


class Tangent:
    """The Jacobian ``J`` of ``A`` at an image: ``A`` itself where the physics is linear.

    Products with ``J`` are derivatives of ``u -> J^T u``, which is linear, so that no other kind of derivative is
    needed.

    Args:
        physics: any physics; where it is not linear, its measurements have to be one real tensor.
        x: images.

    Raises:
        CapabilityError: the physics is not linear, and measures something else.
    """

    def __init__(self, physics: Physics, x: Tensor) -> None:
        self._linear = physics if isinstance(physics, LinearPhysics) else None
        if self._linear is not None:
            self.value: Measurement = physics.A(x)
            return
        with recorded():
            self._point = leaf(x.detach())
            measured = physics.A(self._point)
            if not isinstance(measured, Tensor) or measured.is_complex():
                raise CapabilityError(
                    f"`physics` must be linear or measure a real tensor, got {type(physics).__name__}; take DPS."
                )
            self._measured, self._probe = measured, torch.zeros_like(measured).requires_grad_()
            (self._pulled,) = torch.autograd.grad(measured, self._point, self._probe, create_graph=True)
        self.value = measured.detach()

    def pull(self, u: Measurement) -> Tensor:
        """``J^H u``."""
        if self._linear is not None:
            return self._linear.A_adjoint(u)
        assert isinstance(u, Tensor)
        return torch.autograd.grad(self._measured, self._point, u, retain_graph=True)[0]

    def push(self, v: Tensor) -> Measurement:
        """``J v``."""
        if self._linear is not None:
            return self._linear.A(v)
        return torch.autograd.grad(self._pulled, self._probe, v, retain_graph=True)[0]
