"""Photon counting."""

import torch
from torch import Tensor

from preimage._ranges import check_level, check_number, holds_everywhere
from preimage._seen import count_seen, keep_seen
from preimage._shapes import per_image
from preimage._tree import Measurement, leaves, sum_leaves, tree_map
from preimage.errors import ArgumentError, ShapeError
from preimage.kernels.pointwise.counts import poisson_grad, poisson_prox
from preimage.physics.noise.base import CountLaw, ProximableNoise, draw_poisson

__all__ = ["PoissonNoise"]


class PoissonNoise(ProximableNoise):
    r"""``y = gain * Poisson((z + background) / gain)``; ``nll = sum (w - y log w) / gain`` with ``w = z + background``.

    In image units: the mean is ``w`` and the variance ``gain * w``. A negative ``w`` has no law; :meth:`sample` treats
    it as zero and :meth:`nll` as impossible (infinite), so that proximal methods keep images non-negative. The
    background (scatter, dark counts) is part of ``y``.

    Args:
        gain: image units per count, a float > 0 or (B,); 1/100 is a hundred counts at white.
        background: mean of what is counted without an image, in image units, a float >= 0, (B,), or a tensor of the
            rank of ``z``.

    Shapes: any real ``z``; ``y`` is like it.

    Raises:
        ArgumentError: the gain is not a finite number above zero in any entry, or the background not of at least zero.

    Source: the definition.
    """

    def __init__(self, gain: float | Tensor = 0.01, background: float | Tensor = 0.0) -> None:
        super().__init__()
        check_number("gain", gain, "use NoNoise for no noise")
        check_level("background", background, "give a mean count times gain", zero=True)
        self.gain = gain
        self.background = background

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        gain = per_image(self.gain, z)
        return gain * draw_poisson(self._mean(z) / gain, rng)

    def _mean(self, z: Tensor) -> Tensor:
        if not isinstance(self.background, Tensor) and self.background == 0:
            return z
        return z + per_image(self.background, z)

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``sum (w - y log w) / gain``, (B,); infinite for a negative ``w``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            w, gain = self._mean(a), per_image(self.gain, a)
            if not (torch.is_grad_enabled() and (w.requires_grad or gain.requires_grad)):
                return _value(w, b, gain)
            # No count, no logarithm: torch.xlogy has no derivative at 0 log 0.
            logarithm = torch.where(b == 0, 1, w.clamp_min(0)).log()
            value = (w - b * logarithm) / gain
            return torch.where(w < 0, torch.inf, value)

        return sum_leaves(one, z, y)

    def constant(self, y: Measurement) -> Tensor:
        """``sum log(k!) + k log gain`` with the counts ``k = y / gain``, (B,)."""

        def one(leaf: Tensor) -> Tensor:
            gain = per_image(self.gain, leaf)
            count = leaf / gain
            return torch.lgamma(count + 1) + count * gain.log()

        return sum_leaves(one, y)

    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        """``(w - y) / (gain w)``, which is ``1 / gain`` where ``y`` is zero; minus infinity for a negative ``w``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            return poisson_grad(a, b, per_image(self.gain, a), per_image(self.background, a))

        return tree_map(one, z, y)

    @property
    def counts(self) -> CountLaw:
        """``gain`` and ``background``."""
        return CountLaw(self.gain, self.background)

    def curvature(self, y: Measurement) -> Tensor | None:
        """``max y / (gain background^2)``: the second derivative is ``y / (gain w^2)``. ``None`` for no background."""
        if not bool((torch.as_tensor(self.background) > 0).all()):
            return None
        gain, background = per_image(self.gain, y.real), per_image(self.background, y.real)
        return (y.real / (gain * background.square())).flatten(1).amax(1)

    def information(self, y: Measurement, seen: Measurement) -> Tensor:
        """``1 / (gain mean y)`` with the mean over what is measured; one where that is zero."""
        level = (per_image(self.gain, y) * y).flatten(1).sum(1) / count_seen(y, seen).clamp_min(1)
        return 1 / level.where(level > 0, 1)

    def check_measurement(self, y: Measurement, seen: Measurement) -> None:
        """Require counts.

        Raises:
            ArgumentError: an entry that was measured is below zero, infinite or NaN.
            ShapeError: ``y`` is complex.
        """
        for leaf in leaves(keep_seen(y, seen)):
            if leaf.is_complex():
                raise ShapeError(f"`y` must hold counts, which are real, got {leaf.dtype}; take its real part.")
            fits = (leaf >= 0) & (leaf < torch.inf)
            if not holds_everywhere(fits):
                raise ArgumentError(
                    f"`y` must hold counts, none below zero, got {float(leaf[~fits][0]):.4g}; where an offset or dark "
                    "counts were subtracted, add them again and give them to PoissonNoise as `background`."
                )

    def deviance(self, z: Measurement, y: Measurement) -> Measurement:
        """``2 (w - y + y log(y / w)) / gain`` of every entry; infinite for a negative ``w``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            w = self._mean(a)
            counted = torch.where(b == 0, 1, b)
            excess = (w - b) / counted  # the logarithm of the ratio would cancel with it
            value = torch.where(b == 0, w, b * (excess - excess.clamp_min(-1).log1p()))
            return torch.where(w < 0, torch.inf, 2 * value / per_image(self.gain, a))

        return tree_map(one, z, y)

    def prox(self, z: Measurement, y: Measurement, step: float | Tensor) -> Measurement:
        """``w - background``, ``w >= 0`` the root of ``w^2 - (z + background - step / gain) w - step y / gain = 0``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            rate = per_image(step, a) / per_image(self.gain, a)
            return poisson_prox(a, b, rate, per_image(self.background, a))

        return tree_map(one, z, y)

    def conjugate(self, u: Measurement, y: Measurement) -> Tensor:
        """``sum (y / gain) (log y - 1 - log(1 - gain u)) - background u``, (B,); infinite where ``gain u > 1``.

        At ``gain u = 1`` it is infinite where anything was counted, else zero (up to rounding of ``u``).
        """

        def one(a: Tensor, b: Tensor) -> Tensor:
            gain = per_image(self.gain, a)
            rest = 1 - gain * a
            counted = b / gain * (torch.where(b == 0, 1, b / rest.clamp_min(0)).log() - 1)
            outside = rest < -200 * torch.finfo(a.dtype).eps
            return torch.where(outside, torch.inf, counted) - per_image(self.background, a) * a

        return sum_leaves(one, u, y)


def _value(w: Tensor, y: Tensor, gain: Tensor) -> Tensor:
    """``sum (w - y log w) / gain`` of each sample, (B, 1), in few passes; without derivatives where ``y`` is zero."""
    w, y = w.flatten(1), y.flatten(1)
    # No count, no logarithm; `torch.xlogy` says the same, number by number, in twice the time.
    logarithm = torch.where(y == 0, 1, w).log_()
    total = w.sum(1, keepdim=True) - logarithm.mul_(y).sum(1, keepdim=True)
    return torch.where(w.amin(1, keepdim=True) < 0, torch.inf, total / gain.flatten(1))
