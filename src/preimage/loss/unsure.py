"""The risk under noise of unknown level: a divergence that must vanish, with a multiplier that is learned."""

import torch
from torch import Tensor, nn

from preimage._ranges import check_level
from preimage._seen import keep_seen
from preimage._tree import sum_leaves, tree_map
from preimage.loss._entries import entry_count, squared_gaps
from preimage.loss.base import Loss
from preimage.loss.divergence import Probing
from preimage.loss.inputs import LossInputs

__all__ = ["UNSURELoss"]


class UNSURELoss(Loss):
    r"""``min_f max_eta ||A f(y) - y||^2 + 2 sum_i (eta + gamma y_i) d(A f(y))_i / d y_i`` for noise of unknown level.

    The sum is divided by the number of entries measured. The multipliers forbid ``f`` to follow the noise: at the
    saddle point the expected divergence is zero. With ``eta = sigma^2`` it is SURE but for a constant; the maximum is
    at ``eta = 1 / I``, with ``I`` the mean Fisher information of the entries of ``y``. That is ``sigma^2`` or more:
    ``sigma^2 n / (n - k)`` for images on a plane of ``k`` of ``n`` dimensions. So it learns
    ``f(y) = y + eta grad log p(y)``, a denoiser for noise that is slightly too strong. It is no estimate of the risk,
    but for ``f`` lower is better.

    The multipliers are parameters of the loss, ``eta = variance exp(log_variance)``, and their gradients are reversed:
    give them to the optimizer that trains the model, best in a group with ten times its rate. They are positive.

    It is biased where the noise is correlated, or of a law other than white Gaussian (``gain=None``) or
    Poisson-Gaussian.

    Args:
        variance: where the multiplier of the read-out noise starts, > 0, in squared units of ``y``.
        gain: where the multiplier of photon noise starts, > 0, in units of ``y`` per photon; ``None`` for Gaussian
            noise.
        tau: step of finite differences in units of ``y``; ``None`` differentiates the model instead.
        probes: number of random directions for the divergence; ``None`` takes all entries in turn, exactly.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Tachella, Davies, Jacques, "UNSURE: self-supervised learning with unknown noise level and Stein's unbiased
    risk estimate", ICLR 2025, arXiv 2409.01985. The exponential of the multipliers and their training by the optimizer
    of the model are ours.
    """

    def __init__(
        self,
        variance: float = 0.01,
        gain: float | None = None,
        tau: float | None = 1e-3,
        probes: int | None = 1,
    ) -> None:
        super().__init__()
        check_level("variance", variance, "give a guess of the variance of the noise")
        if gain is not None:
            check_level("gain", gain, "give a guess, or None for noise that does not depend on the image")
        self.variance = variance
        self.gain = gain
        self.tau = tau
        self.probes = probes
        self._probing = Probing(tau, probes)
        self.needs_estimate = tau is not None
        self.log_variance = nn.Parameter(torch.zeros(()))
        self.log_gain = None if gain is None else nn.Parameter(torch.zeros(()))

    def multipliers(self) -> tuple[Tensor, Tensor]:
        """``eta`` and ``gamma``, the latter zero for Gaussian noise."""
        eta = self.variance * self.log_variance.exp()
        if self.gain is None or self.log_gain is None:
            return eta, torch.zeros_like(eta)
        return eta, self.gain * self.log_gain.exp()

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The value of each image, (B,)."""
        y, seen = inputs.y, inputs.physics.seen(inputs.y)
        eta, gamma = (reverse_gradient(value) for value in self.multipliers())
        level = tree_map(lambda leaf: (eta + gamma * leaf.real).to(leaf.real.dtype), keep_seen(y, seen))
        h, trace = self._probing.trace(inputs, keep_seen(level, seen))
        return (sum_leaves(lambda gap: gap, squared_gaps(h, y, seen)) + 2 * trace) / entry_count(y, seen)


def reverse_gradient(value: Tensor) -> Tensor:
    """``value``, whose gradient changes its sign: what descends on the result ascends on ``value``."""
    return 2 * value.detach() - value
