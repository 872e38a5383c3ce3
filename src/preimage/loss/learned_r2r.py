"""Recorruption by noise of unknown law: a map that makes it, learned against the model."""

import torch
from torch import Tensor, nn

from preimage._ranges import check_count, check_level
from preimage._seen import keep_seen
from preimage._tree import Measurement, add_scaled, dot, subtract, sum_leaves, tree_map
from preimage.loss._entries import entry_count, squared_gaps
from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs
from preimage.loss.unsure import reverse_gradient
from preimage.physics.noise.base import draw_normal, real_parts

__all__ = ["LearnedR2RLoss"]


class LearnedR2RLoss(Loss):
    r"""``min_f max_g ||A f(y1) - y||^2 + 2 / alpha <e, A f(y1) - y>`` with ``y1 = y + alpha e``, for additive noise.

    The sum is divided by the number of entries measured. ``e = g(n)`` is made of standard normal numbers ``n``, entry
    by entry, by an odd and increasing ``g(n) = a n + sum_k b_k tanh(c_k n)``. With ``e`` of the law of the noise it is
    :class:`R2RLoss` but for a constant. Where that is unknown, ``g`` is learned against the model: as long as ``f``
    follows the noise it can make the second term large. For Gaussian ``e`` the saddle point is that of
    :class:`UNSURELoss` at ``y1``, up to ``alpha^2``: the level found is a little too high, the more so the more
    dimensions the images have. It is no estimate of the risk.

    ``g`` is a part of the loss whose gradients are reversed: give its parameters to the optimizer that trains the
    model. At test time the model sees ``y``, or :class:`RecorruptedMean` averages with Gaussian noise of the ``level``
    found.

    It is biased where the noise is correlated, or depends on the image.

    Args:
        sigma: standard deviation of ``e`` to start with, about, > 0, in units of ``y``.
        alpha: how much noisier ``y1`` is, > 0.
        units: how many terms of ``tanh`` there are, at least 0, which leaves Gaussian noise.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Monroy, Bacca, Tachella, "Learning to Recorrupt: noise distribution agnostic self-supervised image
    denoising", arXiv 2603.25869, 2026, where ``g`` is a monotone network; this form of ``g`` is ours.
    """

    needs_estimate = False

    def __init__(self, sigma: float = 0.1, alpha: float = 0.5, units: int = 4) -> None:
        super().__init__()
        check_level("sigma", sigma, "give a guess of the level of the noise")
        check_level("alpha", alpha, "take 0.5")
        check_count("units", units, "four are enough for noise with tails; none is Gaussian", least=0)
        self.sigma = sigma
        self.alpha = alpha
        self.units = units
        # Logarithms, so that `g` increases; the steepnesses differ, else all terms would stay the same.
        self.log_slope = nn.Parameter(torch.zeros(()))
        self.log_height = nn.Parameter(torch.full((units,), -3.0))
        self.log_steepness = nn.Parameter(torch.linspace(-1.0, 1.0, units))

    def noise_of(self, n: Tensor) -> Tensor:
        """``g(n)`` of real numbers ``n``."""
        shaped = self.log_slope.exp() * n
        for height, steepness in zip(self.log_height, self.log_steepness, strict=True):
            shaped = shaped + height.exp() * (steepness.exp() * n).tanh()
        return self.sigma * shaped

    def level(self) -> float:
        """The standard deviation of ``e``, by quadrature."""
        n = torch.linspace(-8.0, 8.0, 1601, dtype=torch.float64)
        density = (-n.square() / 2).exp()
        with torch.no_grad():
            return ((density * self.noise_of(n).square()).sum() / density.sum()).sqrt().item()

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The value of each image, (B,)."""
        y, physics = inputs.y, inputs.physics
        e = tree_map(lambda leaf: reverse_gradient(self._draw(leaf, inputs.rng)), y)
        seen = physics.seen(y)
        h = physics.A(inputs.model(add_scaled(y, self.alpha, e), physics))
        gaps = sum_leaves(lambda gap: gap, squared_gaps(h, y, seen))
        followed = dot(keep_seen(e, seen), _gap(h, y, seen))
        return (gaps + 2 / self.alpha * followed) / entry_count(y, seen)

    def _draw(self, like: Tensor, rng: torch.Generator | None) -> Tensor:
        shaped = self.noise_of(real_parts(draw_normal(like, rng))).to(like.real.dtype)
        return torch.view_as_complex(shaped) if like.is_complex() else shaped


def _gap(h: Measurement, y: Measurement, seen: Measurement) -> Measurement:
    return subtract(keep_seen(h, seen), keep_seen(y, seen))
