"""The mean of what a model says to several parts of a measurement."""

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage._tree import Measurement
from preimage.errors import ShapeError
from preimage.fidelity import Measured
from preimage.loss.inputs import Model
from preimage.loss.splitting.masking import mask_physics, same_split
from preimage.physics import Physics
from preimage.physics.generators import SplittingMaskGenerator
from preimage.reconstructor import Reconstructor

__all__ = ["SplitAverage"]


class SplitAverage(Reconstructor):
    """``mean_i f(M_i y, M_i A)`` over random masks ``M_i``: how a network trained by :class:`SplittingLoss` is used.

    The network sees measurements as thin as those of its training, and together they hold all entries.

    Args:
        model: ``f``, a reconstructor.
        mask_generator: draws which of the measured entries are shown, as in the training.
        splits: how many masks, >= 1; the network runs as often.
        seed: the seed of the masks. Mask i is the same for all samples, as far as what they measure is.

    Raises:
        ArgumentError: the number of splits is below one.
        ShapeError: the measurement is a tuple, or does not fit the masks.
    """

    def __init__(self, model: Model, mask_generator: SplittingMaskGenerator, splits: int = 5, seed: int = 0) -> None:
        super().__init__()
        check_count("splits", splits, "5 to 10 are usual")
        self.model = model
        self.mask_generator = mask_generator
        self.splits = splits
        self.seed = seed

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The mean over the masks."""
        if not isinstance(y, Tensor):
            raise ShapeError("`y` must be one tensor for SplitAverage, got a tuple; take one sensor of the stack.")
        measured = Measured.of(physics, y)
        estimates = []
        for index in range(self.splits):
            kept, _ = same_split(self.mask_generator, measured, self.seed, index)
            estimates.append(self.model(torch.where(kept, measured.y, 0), mask_physics(physics, kept)))
        return torch.stack(estimates).mean(0)
