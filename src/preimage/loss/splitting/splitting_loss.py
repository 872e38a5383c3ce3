"""One part of the measurement predicts the other."""

import torch
from torch import Tensor

from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs
from preimage.loss.splitting.masking import mask_physics, measured_image, split_by
from preimage.physics.generators import SplittingMaskGenerator

__all__ = ["SplittingLoss"]


class SplittingLoss(Loss):
    r"""``||(1 - M) (A f(M y, M A) - y)||^2`` per entry that is kept back, with a new mask ``M`` in each call.

    The model sees ``M y`` and the physics ``M A``; the loss is the mean of ``|A x_hat - y|^2`` over the entries that
    are measured and not shown. Given the mask, its expectation is ``||(1 - M) A (x_hat - x)||^2`` per entry, the
    supervised risk of those entries, plus the variance of their noise: this needs noise of mean zero that is
    independent between the entries shown and those kept back. The network sees fewer data than there are;
    :class:`SplitAverage` shows it as many at test time. What no measurement ever sees stays unknown, unless the
    operator changes from sample to sample; and what is always shown is judged nowhere, so that the network must keep it
    by a step of data consistency at its end.

    By the choice of the mask it is SSDU (:class:`preimage.physics.generators.GaussianSplittingMaskGenerator` on
    k-space), Noise2Inverse (:class:`preimage.physics.generators.InterleavedSplittingMaskGenerator` on projections), or
    Noise2Self (pixels of an image).

    Args:
        mask_generator: draws which of the measured entries are shown.

    Raises:
        ShapeError: the measurement is a tuple, or does not fit the masks.

    Source: Yaman et al., Magnetic Resonance in Medicine 84, 2020 (SSDU); Hendriksen et al., IEEE TCI 2020
    (Noise2Inverse); Batson and Royer, ICML 2019 (Noise2Self).
    """

    needs_estimate = False

    def __init__(self, mask_generator: SplittingMaskGenerator) -> None:
        super().__init__()
        self.mask_generator = mask_generator

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The mean squared error of the entries kept back, (B,); zero where none is."""
        measured = measured_image(inputs, type(self).__name__)
        kept, held = split_by(self.mask_generator, measured, inputs.rng)
        shown = torch.where(kept, measured.y, 0)
        return measured.split(held)[1].error(inputs.model(shown, mask_physics(inputs.physics, kept)))
