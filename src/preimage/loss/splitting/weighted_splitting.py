"""The entries kept back stand for all that were not shown."""

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage.errors import ArgumentError
from preimage.fidelity import Measured
from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs
from preimage.loss.splitting.masking import mask_physics, measured_image, split_by
from preimage.physics.generators import ParameterGenerator, SplittingMaskGenerator

__all__ = ["WeightedSplittingLoss", "check_chances", "mean_mask", "unseen_error"]


class WeightedSplittingLoss(Loss):
    r"""``1/n sum_j w_j |(A f(M y, M A) - y)_j|^2`` over entries kept back, ``w = (1 - p q) / (p (1 - q))``.

    An entry is measured with the probability ``p`` and, if it is, shown with the probability ``q``; ``n`` counts all
    entries. With these weights (``1 / (1 - K)`` in the publication) the few entries kept back stand for all that the
    network did not see: where both masks are random, the expectation is the supervised risk ``1/n ||(1 - M) A (x_hat -
    x)||^2`` over everything that is not shown, *measured or not*, with the ``A`` that measures all, plus the variance
    of the noise there. This needs masks whose entries are drawn independently of the image and of each other, and noise
    of mean zero that is independent between entries. (Columns of k-space are drawn whole: the weights are then those of
    the single entry, as in the publication.) Entries that are always shown, or never measured, do not count.

    Args:
        mask_generator: draws which of the measured entries are shown.
        measured: ``p``, in [0, 1], broadcastable to a measurement; :func:`mean_mask` estimates it.
        kept: ``q``, in [0, 1], likewise.

    Raises:
        ArgumentError: a probability lies outside of [0, 1].
        ShapeError: the measurement is a tuple, or does not fit the masks.

    Source: Millard and Chiew, "A theoretical framework for self-supervised MR image reconstruction using sub-sampling
    via variable density Noisier2Noise", IEEE TCI 2023.
    """

    needs_estimate = False

    def __init__(self, mask_generator: SplittingMaskGenerator, measured: Tensor, kept: Tensor) -> None:
        super().__init__()
        check_chances(measured, kept)
        self.mask_generator = mask_generator
        self.measured = measured
        self.kept = kept

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The weighted sum over the entries kept back, by the number of all entries, (B,)."""
        measured = measured_image(inputs, type(self).__name__)
        kept, held = split_by(self.mask_generator, measured, inputs.rng)
        x_hat = inputs.model(torch.where(kept, measured.y, 0), mask_physics(inputs.physics, kept))
        return unseen_error(measured, held, x_hat, self.measured, self.kept)


def unseen_error(measured: Measured, held: Tensor, x_hat: Tensor, chance: Tensor, kept: Tensor) -> Tensor:
    """``1/n sum_j w_j |A x_hat - y|_j^2`` over the entries ``held`` back, (B,)."""
    p, q = (value.to(measured.y.real) for value in (chance, kept))
    judged = (p > 0) & (q < 1)
    weight = torch.where(judged, (1 - p * q) / torch.where(judged, p * (1 - q), 1), 0)
    square = (measured.physics.A(x_hat) - measured.y).abs().square()
    return torch.where(held, weight * square, 0).flatten(1).sum(1) / measured.y.shape[1:].numel()


def check_chances(measured: Tensor, kept: Tensor) -> None:
    """Require probabilities.

    Raises:
        ArgumentError: one lies outside of [0, 1].
    """
    for name, value in (("measured", measured), ("kept", kept)):
        if not bool(((value >= 0) & (value <= 1)).all()):
            raise ArgumentError(f"`{name}` must be in [0, 1] everywhere; give probabilities, such as by mean_mask.")


def mean_mask(generator: ParameterGenerator, draws: int = 1000, rng: torch.Generator | None = None) -> Tensor:
    """The probability with which each entry of the parameter ``mask`` is not zero, from so many draws.

    The standard error is at most ``0.5 / sqrt(draws)``.

    Args:
        generator: a law of masks, such as :class:`preimage.physics.generators.GaussianMaskGenerator`.
        draws: how many masks are drawn, >= 1.
        rng: source of randomness; the global generator by default.

    Returns:
        Float64 numbers in [0, 1] of the shape of one mask.

    Raises:
        ArgumentError: the number of draws is below one.
    """
    check_count("draws", draws, "1000 give two digits")
    counts: Tensor | None = None
    for first in range(0, draws, 100):
        masks = generator.draw_batch(min(100, draws - first), rng)["mask"]
        part = (masks != 0).double().sum(0)
        counts = part if counts is None else counts + part
    assert counts is not None
    return counts / draws
