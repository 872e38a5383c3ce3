"""Total variation by periodic differences, of which those across the border are free."""

import torch
from torch import Tensor

from preimage._ranges import check_number
from preimage._shapes import per_image
from preimage._tree import squared_modulus
from preimage.functional import PeriodicallyComposed, Valued, indicator_of_ball
from preimage.transform import group_axes, group_length, total_variation

__all__ = ["PeriodicTV"]


class PeriodicTV(PeriodicallyComposed, Valued):
    """:class:`TVPrior` as ``h(K x)`` with periodic differences ``K``; ``h`` does not look at those across the border.

    The value is that of :class:`TVPrior`; ``K^H K`` is diagonal in the Fourier basis.

    Args:
        weight, coupled, isotropic: see :class:`TVPrior`.

    Raises:
        ArgumentError: ``weight`` is not a finite number above zero, in any entry.

    Source: Rudin, Osher, Fatemi 1992.
    """

    def __init__(self, weight: float | Tensor = 1.0, coupled: bool = False, isotropic: bool = True) -> None:
        super().__init__()
        check_number("weight", weight, "leave the prior out to have none")
        self.weight = weight
        self.coupled = coupled
        self.isotropic = isotropic

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        return per_image(self.weight, x).flatten() * total_variation(x, self.coupled, self.isotropic)

    def linear(self, x: Tensor) -> Tensor:
        """``x[i + e_d] - x[i]`` along each axis ``d``, with ``x`` periodic: (B, C, n, ...)."""
        if torch.is_grad_enabled() and x.requires_grad:
            return torch.stack([x.roll(-1, axis) - x for axis in range(2, x.ndim)], 2)
        z = x.new_empty((*x.shape[:2], x.ndim - 2, *x.shape[2:]))
        for axis, part in enumerate(z.unbind(2), 2):
            last = x.shape[axis] - 1
            torch.sub(x.narrow(axis, 1, last), x.narrow(axis, 0, last), out=part.narrow(axis, 0, last))
            torch.sub(x.narrow(axis, 0, 1), x.narrow(axis, last, 1), out=part.narrow(axis, last, 1))
        return z

    def linear_adjoint(self, z: Tensor) -> Tensor:
        """The sum of ``z[d, i - e_d] - z[d, i]``."""
        total = -z.sum(2)
        for axis, part in enumerate(z.unbind(2), 2):
            last = part.shape[axis] - 1
            total.narrow(axis, 1, last).add_(part.narrow(axis, 0, last))
            total.narrow(axis, 0, 1).add_(part.narrow(axis, last, 1))
        return total

    def linear_norm(self, x: Tensor) -> Tensor:
        """``2 sqrt(n)``, reached where every size is even."""
        return x.real.new_full((1,), 2 * (x.ndim - 2) ** 0.5)

    def linear_power(self, x: Tensor) -> Tensor:
        """``sum_d 2 - 2 cos(2 pi k_d / n_d)``."""
        total = x.real.new_zeros(1)
        for axis in range(2, x.ndim):
            count = x.shape[axis] if x.is_complex() or axis < x.ndim - 1 else x.shape[axis] // 2 + 1
            angle = 2 * torch.pi * torch.arange(count, dtype=x.real.dtype, device=x.device) / x.shape[axis]
            total = total + (2 - 2 * angle.cos()).reshape(-1, *(1,) * (x.ndim - 1 - axis))
        return total

    def outer_prox(self, z: Tensor, step: float | Tensor) -> Tensor:
        """Every vector of ``z`` shortened by ``step * weight``, what lies across the border aside."""
        short = per_image(self.weight, z[:, :, 0]) * per_image(step, z[:, :, 0].real)
        powers = [squared_modulus(part) for part in z.unbind(2)]
        for axis, power in enumerate(powers, 2):
            power.narrow(axis, power.shape[axis] - 1, 1).zero_()
        if self.isotropic:
            powers = [sum(powers[1:], powers[0])]
        factors = [self._factor(power, short) for power in powers]
        result = z * (factors[0].unsqueeze(2) if self.isotropic else torch.stack(factors, 2))
        for kept, border in zip(_across(z), _across(result), strict=True):
            border.copy_(kept)
        return result

    def _factor(self, power: Tensor, short: Tensor) -> Tensor:
        """``max(1 - short / length, 0)`` for squared lengths ``power``, added up over the channels where coupled."""
        power = power.sum(1, keepdim=True) if self.coupled else power
        length = power.where(power > 0, 1).sqrt()  # a root of zero has no derivative
        return (1 - short / length).clamp_min(0)

    def outer_conjugate(self, z: Tensor) -> Tensor:
        """Zero where nothing lies across the border and no vector is longer than ``weight``, else infinite."""
        outside = torch.stack([border.abs().flatten(1).amax(1) for border in _across(z)]).amax(0)
        length = group_length(z, group_axes(self.coupled, self.isotropic))
        return torch.where(outside > 0, torch.inf, indicator_of_ball(length, per_image(self.weight, z)))


def _across(z: Tensor) -> list[Tensor]:
    """Views of the differences across the border, one for each axis."""
    parts = [z.select(2, number) for number in range(z.shape[2])]
    return [part.narrow(axis, part.shape[axis] - 1, 1) for axis, part in enumerate(parts, 2)]
