"""Hankel functions, the waves of points in the plane, with their derivatives.

Good to 1e-6, as PyTorch's Bessel functions are in either precision (``findings/torch_bessel_double.sh``). Those have no
derivatives of their own: here they come from Taylor's polynomial around the value itself, to the second order.
"""

import torch
from torch import Tensor

__all__ = ["bessel_j1", "hankel0", "hankel1"]


def hankel0(z: Tensor) -> Tensor:
    """``H0(z) = J0(z) + i Y0(z)``, the Hankel function of the first kind, for real ``z`` > 0.

    The first derivative is ``-H1(z)``; those of third order and higher come out as zero.
    """
    if not z.requires_grad:
        return torch.complex(torch.special.bessel_j0(z), torch.special.bessel_y0(z))
    held, zero, one = _parts(z)
    return _expanded(z, zero, -one, one / held - zero)


def hankel1(z: Tensor) -> Tensor:
    """``H1(z) = J1(z) + i Y1(z)`` for real ``z`` > 0.

    The first derivative is ``H0(z) - H1(z) / z``; those of third order and higher come out as zero.
    """
    held, zero, one = _parts(z)
    return _expanded(z, one, zero - one / held, 2 * one / held.square() - zero / held - one)


def bessel_j1(z: Tensor) -> Tensor:
    """The Bessel function ``J1(z)`` for real ``z`` > 0."""
    return hankel1(z).real


def _parts(z: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """``z`` without its history, ``H0`` and ``H1``."""
    held, special = z.detach(), torch.special
    zero = torch.complex(special.bessel_j0(held), special.bessel_y0(held))
    return held, zero, torch.complex(special.bessel_j1(held), special.bessel_y1(held))


def _expanded(z: Tensor, value: Tensor, first: Tensor, second: Tensor) -> Tensor:
    """``value`` with its derivatives: the step from ``z`` to itself is zero, its derivative is one."""
    step = z - z.detach()
    return value + (first + 0.5 * second * step) * step
