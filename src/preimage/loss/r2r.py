"""Recorrupted-to-recorrupted: two noisier measurements made of one, and the mean of a model over them."""

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._seen import keep_seen
from preimage._tree import Measurement, sum_leaves
from preimage.loss._entries import entry_count, squared_gaps
from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs
from preimage.loss.recorruption.choice import split_alike, split_measurement
from preimage.physics import Physics
from preimage.physics.noise import Noise
from preimage.reconstructor import Reconstructor

__all__ = ["R2RLoss", "RecorruptedMean"]


class R2RLoss(Loss):
    r"""An unbiased estimate of ``||A f(y1) - A x||^2 / m`` for ``y1``, a noisier copy of ``y``.

    ``sum_i (|A f(y1) - y2|^2 - v)_i / m``, with ``y1`` and ``y2`` a random split of ``y`` for Gaussian, Poisson, Gamma
    or binomial noise (:mod:`preimage.loss.recorruption`), ``v`` an unbiased estimate of the variance of ``y2``, and
    ``m`` the number of entries measured. The model is told the noise of ``y1``. At test time :class:`RecorruptedMean`
    averages over splits.

    It is biased where the noise is not the one given; correlated noise counts as image.

    Args:
        alpha: how much noisier ``y1`` is; > 0 for Gaussian noise, 0.5 in the publication; else in (0, 1).
        noise: the noise of ``y``; ``None`` takes that of the physics.

    Raises:
        ArgumentError: ``alpha`` is not above zero.

    Source: Pang, Zheng, Quan, Ji, "Recorrupted-to-Recorrupted", CVPR 2021; Monroy, Bacca, Tachella, "Generalized
    Recorrupted-to-Recorrupted", CVPR 2025.
    """

    needs_estimate = False

    def __init__(self, alpha: float = 0.5, noise: Noise | None = None) -> None:
        super().__init__()
        check_level("alpha", alpha, "take 0.5 for Gaussian noise, else 0.15")
        self.alpha = alpha
        self.noise = noise

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The estimate of each image, (B,).

        Raises:
            CapabilityError: the noise is none that can be recorrupted.
        """
        split = split_measurement(inputs.y, inputs.physics, self.alpha, self.noise, inputs.rng)
        seen = inputs.physics.seen(inputs.y)
        h = split.physics.A(inputs.model(split.shown, split.physics))
        excess = sum_leaves(torch.sub, squared_gaps(h, split.target, seen), keep_seen(split.variance, seen))
        return excess / entry_count(inputs.y, seen)


class RecorruptedMean(Reconstructor):
    """The mean of ``model(y1, physics)`` over random recorruptions ``y1`` of ``y``: what a model trained by R2R gives.

    Every image of a batch gets the same random numbers, and every call.

    Args:
        model: the model that was trained.
        alpha, noise: those of the loss.
        samples: number of recorruptions.
        seed: the seed of the random numbers.

    Raises:
        ArgumentError: a number is out of its range.
    """

    def __init__(
        self, model: Reconstructor, alpha: float = 0.5, noise: Noise | None = None, samples: int = 10, seed: int = 0
    ) -> None:
        super().__init__()
        check_level("alpha", alpha, "take 0.5 for Gaussian noise, else 0.15")
        check_count("samples", samples, "more samples give less noise")
        self.model = model
        self.alpha = alpha
        self.noise = noise
        self.samples = samples
        self.seed = seed

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The mean reconstruction of each image."""
        total = 0
        for sample in range(self.samples):
            shown, noisier = split_alike(y, physics, self.alpha, self.noise, self.samples * self.seed + sample)
            total = total + self.model(shown, noisier)
        return torch.as_tensor(total) / self.samples
