"""A mask sampled again, by a law of masks."""

import torch
from torch import Tensor

from preimage.physics.parameters.base import ParameterGenerator
from preimage.physics.parameters.splitting.base import SplittingMaskGenerator

__all__ = ["MultiplicativeSplittingMaskGenerator"]


class MultiplicativeSplittingMaskGenerator(SplittingMaskGenerator):
    """What another generator of masks draws is kept: the measurement is sampled a second time.

    The distribution of the second mask is usually that of the first, such as
    :class:`preimage.physics.generators.GaussianMaskGenerator`; the chances of both then give the weights of a loss.

    Args:
        generator: draws the parameter ``mask``, broadcastable to (B, *shape).

    Shapes: ``mask`` (B, *shape).

    Raises:
        ShapeError: the shape is empty.

    Source: Millard and Chiew, "A theoretical framework for self-supervised MR image reconstruction using sub-sampling
    via variable density Noisier2Noise", IEEE TCI 2023.
    """

    def __init__(self, shape: tuple[int, ...], generator: ParameterGenerator) -> None:
        super().__init__(shape)
        self.generator = generator

    def kept(self, mask: Tensor, rng: torch.Generator | None) -> Tensor:
        """Where the masks of the generator are not zero."""
        return self.generator.draw_batch(len(mask), rng)["mask"].to(mask.device) != 0
