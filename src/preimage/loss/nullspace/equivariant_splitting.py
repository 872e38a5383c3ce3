"""Splitting by a network that is made equivariant."""

import torch
from torch import Tensor

from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs
from preimage.loss.splitting.masking import mask_physics, measured_image, split_by
from preimage.physics import transform_domain
from preimage.physics.generators import SplittingMaskGenerator
from preimage.transform import UnitaryTransform

__all__ = ["EquivariantSplittingLoss"]


class EquivariantSplittingLoss(Loss):
    r"""``||(1 - M) (A x_hat - y)||^2`` per entry kept back, where ``x_hat = T f(M y, M A T)`` with a random ``T``.

    A measurement of ``x`` by ``A T`` is one of ``T x`` by ``A``: the same data are described to the network as made by
    another operator, and its answer is turned back. Over all ``T`` this is splitting of the network averaged over the
    group, which sees one operator as many, so that what ``A`` does not measure is learned as if there were several.
    Given mask and transform the expectation is the supervised risk of the entries kept back plus the variance of their
    noise, as for :class:`SplittingLoss`. At test time, :func:`preimage.models.equivariant` averages over the group, and
    :class:`SplitAverage` over masks. It needs images whose transforms are as likely as they are, a network that is told
    its operator, and transforms that do not commute with ``A``.

    Args:
        mask_generator: draws which of the measured entries are shown.
        transform: draws the transforms, such as :class:`preimage.transform.Rotate`, for each image.

    Raises:
        ShapeError: the measurement is a tuple, or does not fit the masks.

    Source: Sechaud, Scanvic, Barthelemy, Abry, Tachella, "Equivariant splitting: self-supervised learning from
    incomplete data", 2025.
    """

    needs_estimate = False

    def __init__(self, mask_generator: SplittingMaskGenerator, transform: UnitaryTransform) -> None:
        super().__init__()
        self.mask_generator = mask_generator
        self.transform = transform

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The mean squared error of the entries kept back, (B,); zero where none is."""
        measured = measured_image(inputs, type(self).__name__)
        kept, held = split_by(self.mask_generator, measured, inputs.rng)
        params = self.transform.draw(len(measured.y), inputs.rng)
        physics = transform_domain(mask_physics(inputs.physics, kept), self.transform, params)
        view = inputs.model(torch.where(kept, measured.y, 0), physics)
        return measured.split(held)[1].error(self.transform.transform(view, params))
