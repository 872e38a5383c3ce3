"""Hankel functions, the waves of points in the plane, with their derivatives.

Good to 1e-6, as PyTorch's Bessel functions are in either precision (``findings/torch_bessel_double.sh``).
"""

from typing import Any

import torch
from torch import Tensor

__all__ = ["bessel_j1", "hankel0", "hankel1"]


def hankel0(z: Tensor) -> Tensor:
    """``H0(z) = J0(z) + i Y0(z)``, the Hankel function of the first kind, for real ``z`` > 0; derivative ``-H1``."""
    return _Hankel0.apply(z)


def hankel1(z: Tensor) -> Tensor:
    """``H1(z) = J1(z) + i Y1(z)`` for real ``z`` > 0; derivative ``H0(z) - H1(z) / z``."""
    return _Hankel1.apply(z)


def bessel_j1(z: Tensor) -> Tensor:
    """The Bessel function ``J1(z)`` for real ``z`` > 0."""
    return hankel1(z).real


class _Hankel0(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(z: Tensor) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        return torch.complex(torch.special.bessel_j0(z), torch.special.bessel_y0(z))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor], output: Tensor) -> None:
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        (z,) = ctx.saved_tensors
        return -(gradient.conj() * hankel1(z)).real


class _Hankel1(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(z: Tensor) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        return torch.complex(torch.special.bessel_j1(z), torch.special.bessel_y1(z))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor], output: Tensor) -> None:
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        (z,) = ctx.saved_tensors
        return (gradient.conj() * (hankel0(z) - hankel1(z) / z)).real
