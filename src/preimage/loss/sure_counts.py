"""Unbiased estimates of the risk under photon noise, and under photon noise read out by a noisy sensor."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from preimage._ranges import check_level, check_number
from preimage._seen import keep_seen
from preimage._shapes import per_image
from preimage._tree import Measurement, add, dot, leaves, subtract, sum_leaves, tree_map
from preimage.errors import CapabilityError
from preimage.loss._entries import entry_count, noise_by_tensor, squared_gaps
from preimage.loss.base import Loss
from preimage.loss.divergence import Probing, unit_vectors
from preimage.loss.inputs import LossInputs
from preimage.physics import Physics
from preimage.physics.noise import Noise
from preimage.physics.noise.base import SensorLaw, require_real

__all__ = ["SurePGLoss", "SurePoissonLoss"]


class SurePGLoss(Loss):
    r"""An estimate of ``||A f(y) - A x||^2 / m`` from ``y = gain Poisson((A x + background) / gain) + sigma n`` alone.

    ``sum_i (|h_i - y_i|^2 - v_i + 2 v_i d h_i / d y_i) / m`` with ``h = A f(y) + background``, the unbiased estimate
    ``v = gain y + sigma^2`` of the variance of ``y``, and ``m`` the number of entries measured. It is unbiased where
    each ``h_i`` is an affine function of its own ``y_i``, as in linear models, and else off in proportion to the square
    of the gain. ``probes=None`` takes, entry by entry, the difference over one photon in place of the derivative of the
    Poisson part: unbiased for every model, ``2 m`` passes through it. Entries below zero, which read-out noise makes,
    are taken as they are; a value may be negative.

    It is biased where the noise is of another law.

    Args:
        sigma: standard deviation of the read-out, >= 0, a float or (B,). ``None``, where ``gain`` is ``None``, too,
            takes the law of ``physics.noise``: Poisson, white Gaussian, or both.
        gain: units of ``y`` per photon, > 0, a float or (B,).
        background: mean of what is counted without an image, in units of ``y``, >= 0; with ``gain`` only.
        tau: step of finite differences in units of ``y``; ``None`` differentiates the model instead.
        probes: number of random directions; ``None`` takes all entries in turn.

    Raises:
        ArgumentError: a number is out of its range.
        CapabilityError: only one of ``sigma`` and ``gain`` is given.

    Source: Le Montagner, Angelini, Olivo-Marin, "An unbiased risk estimator for image denoising in the presence of
    mixed Poisson-Gaussian noise", IEEE Trans. Image Processing 2014; Hudson, "A natural identity for exponential
    families", Annals of Statistics 1978.
    """

    def __init__(
        self,
        sigma: float | Tensor | None = None,
        gain: float | Tensor | None = None,
        background: float | Tensor = 0.0,
        tau: float | None = 1e-3,
        probes: int | None = 1,
    ) -> None:
        super().__init__()
        if (sigma is None) != (gain is None):
            raise CapabilityError(
                "`sigma` and `gain` must be given together, got one of them; leave both to the noise of the physics."
            )
        if sigma is not None and gain is not None:
            check_number("sigma", sigma, "give the standard deviation of the read-out", zero=True)
            check_number("gain", gain, "give units of `y` per photon")
        check_level("background", background, "give a mean count times gain", zero=True)
        self.sigma = sigma
        self.gain = gain
        self.background = background
        self.tau = tau
        self.probes = probes
        self._probing = Probing(tau, probes)
        self.needs_estimate = tau is not None or probes is None

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The estimate of each image, (B,).

        Raises:
            CapabilityError: the noise of the physics is of another law, and none is given.
            ShapeError: ``y`` is complex.
        """
        law = None if self.sigma is None or self.gain is None else SensorLaw(self.gain, self.sigma, self.background)
        return _estimate(inputs, law, self._probing)


class SurePoissonLoss(Loss):
    r"""An estimate of ``||A f(y) - A x||^2 / m`` from ``y = gain Poisson((A x + background) / gain)`` alone.

    ``sum_i (|h_i - y_i|^2 - gain y_i + 2 gain y_i d h_i / d y_i) / m`` with ``h = A f(y) + background``: that of
    :class:`SurePGLoss` without read-out noise. It is unbiased where each ``h_i`` is an affine function of its own
    ``y_i``, as in linear models, and else off in proportion to the square of the gain. ``probes=None`` takes, entry by
    entry, the difference over one photon in place of the derivative: unbiased for every model. Nothing is asked of the
    model below zero counts then.

    Args:
        gain: units of ``y`` per photon, > 0, a float or (B,); ``None`` takes the law of ``physics.noise``.
        background: mean of what is counted without an image, in units of ``y``, >= 0; with ``gain`` only.
        tau: step of finite differences in units of ``y``; ``None`` differentiates the model instead.
        probes: number of random directions; ``None`` takes all entries in turn.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Luisier, Vonesch, Blu, Unser, "Fast interscale wavelet denoising of Poisson-corrupted images", Signal
    Processing 2010; Hudson, "A natural identity for exponential families", Annals of Statistics 1978.
    """

    def __init__(
        self,
        gain: float | Tensor | None = None,
        background: float | Tensor = 0.0,
        tau: float | None = 1e-3,
        probes: int | None = 1,
    ) -> None:
        super().__init__()
        if gain is not None:
            check_number("gain", gain, "give units of `y` per photon")
        check_level("background", background, "give a mean count times gain", zero=True)
        self.gain = gain
        self.background = background
        self.tau = tau
        self.probes = probes
        self._probing = Probing(tau, probes)
        self.needs_estimate = tau is not None or probes is None

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The estimate of each image, (B,).

        Raises:
            CapabilityError: the noise of the physics is of another law, and none is given.
            ShapeError: ``y`` is complex.
        """
        law = None if self.gain is None else SensorLaw(self.gain, 0.0, self.background)
        return _estimate(inputs, law, self._probing)


def _known(noise: Noise) -> SensorLaw:
    law = noise.sensor
    if law is None:
        raise CapabilityError(
            f"`physics.noise` must be Poisson noise, with read-out noise or without, got {type(noise).__name__}; give "
            "`gain`, or take a loss for this noise."
        )
    return law


@dataclass(frozen=True)
class _Law:
    """The law of each tensor of a measurement, shaped to broadcast to it; zero where nothing was measured."""

    gain: Measurement
    variance: Measurement
    background: Measurement
    has_read_out: bool


def _law_of(law: SensorLaw | None, physics: Physics, y: Measurement, seen: Measurement) -> _Law:
    laws: Any = tree_map(lambda _: law, y) if law is not None else noise_by_tensor(physics.noise, y, _known)
    gain = tree_map(lambda one, leaf: per_image(one.gain, leaf).expand(leaf.shape), laws, y)
    variance = tree_map(lambda one, leaf: per_image(one.sigma, leaf).square().expand(leaf.shape), laws, y)
    background = tree_map(lambda one, leaf: per_image(one.background, leaf), laws, y)
    read_out = any(bool((part > 0).any()) for part in leaves(variance))
    return _Law(keep_seen(gain, seen), keep_seen(variance, seen), background, read_out)


def _estimate(inputs: LossInputs, given: SensorLaw | None, probing: Probing) -> Tensor:
    y, seen = inputs.y, inputs.physics.seen(inputs.y)
    for part in leaves(y):
        require_real(part, "counts")
    law, counted = _law_of(given, inputs.physics, y, seen), keep_seen(y, seen)
    variance = add(tree_map(torch.mul, law.gain, counted), law.variance)
    if probing.probes is None:
        h, correction = _by_photons(inputs, law, counted, probing)
    else:
        h, correction = probing.trace(inputs, variance)
    excess = sum_leaves(torch.sub, squared_gaps(add(h, law.background), y, seen), variance)
    return (excess + 2 * correction) / entry_count(y, seen)


def _by_photons(inputs: LossInputs, law: _Law, counted: Measurement, probing: Probing) -> tuple[Measurement, Tensor]:
    """``A f(y)``, and the sum of ``y_i (h_i(y) - h_i(y - gain e_i)) + sigma^2 (d h_i / d y_i)(y - gain e_i)``."""
    h = inputs.physics.A(inputs.estimate())
    total = torch.zeros_like(leaves(h)[0].flatten(1).sum(1))
    for unit in _units(inputs.y, law, counted):
        fewer = subtract(inputs.y, tree_map(torch.mul, law.gain, unit))
        shifted = replace(inputs, y=fewer, x_hat=inputs.model(fewer, inputs.physics))
        change = subtract(h, inputs.physics.A(shifted.estimate()))
        total = total + dot(tree_map(torch.mul, counted, unit), change)
        if law.has_read_out:
            total = total + probing.along(shifted, law.variance, [unit])[1]
    return h, total


def _units(y: Measurement, law: _Law, counted: Measurement) -> Iterator[Measurement]:
    """The unit vectors; zero where there is no photon to take away, which counts for nothing without read-out noise."""
    for unit in unit_vectors(y):
        if law.has_read_out:
            yield unit
        else:
            yield tree_map(lambda one, count: torch.where(count == 0, 0, one), unit, counted)
