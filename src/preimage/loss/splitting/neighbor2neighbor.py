"""Two neighbours of each cell of pixels predict each other."""

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage.errors import ShapeError
from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs
from preimage.loss.splitting.masking import measured_image, require_denoising
from preimage.physics.parameters.splitting.base import draw_uniforms

__all__ = ["Neighbor2Neighbor", "draw_neighbours"]

# Pixels of a cell, row by row, that share an edge.
_PAIRS = ((0, 1), (0, 2), (1, 3), (2, 3), (1, 0), (2, 0), (3, 1), (3, 2))


class Neighbor2Neighbor(Loss):
    r"""``||f(g1 y) - g2 y||^2 + gamma ||f(g1 y) - g2 y - (g1 f(y) - g2 f(y))||^2`` per pixel, for noisy images.

    ``g1`` and ``g2`` take two pixels that share an edge, at random, from every cell of 2x2: images of half the size.
    The expectation of the first term is the supervised risk ``||f(g1 y) - g2 x||^2`` with the *neighbouring* pixels as
    the truth, plus the variance of the noise: this needs noise of mean zero that is independent from pixel to pixel.
    (Where it is not, as in pictures that were demosaicked, smoothed or compressed, the network learns to keep the
    noise.) The second term makes up for the difference of the neighbours; ``f(y)`` in it has no gradient. At test time
    the network sees the picture itself.

    Args:
        gamma: the weight of the second term, >= 0; 2 in the publication for synthetic noise.

    Raises:
        ArgumentError: the weight is negative.
        CapabilityError: the physics is not Denoising.
        ShapeError: an image has fewer than two rows or columns.

    Shapes: ``y`` (B, C, H, W) or (B, C, D, H, W), whose slices are halved one by one; a last odd row or column is left
    out.

    Source: Huang et al., "Neighbor2Neighbor: self-supervised denoising from single noisy images", CVPR 2021.
    """

    needs_estimate = False

    def __init__(self, gamma: float = 2.0) -> None:
        super().__init__()
        check_level("gamma", gamma, "2 is usual, 0 leaves the second term out", zero=True)
        self.gamma = gamma

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The mean over the pixels of half the size, (B,)."""
        require_denoising(inputs.physics, inputs.y, type(self).__name__)
        y = measured_image(inputs, type(self).__name__).y
        first, second = draw_neighbours(y, inputs.rng)
        error = inputs.model(_taken(y, first), inputs.physics) - _taken(y, second)
        loss = error.abs().square().flatten(1).mean(1)
        if self.gamma == 0:
            return loss
        with torch.no_grad():
            whole = inputs.model(y, inputs.physics)
        gap = error - (_taken(whole, first) - _taken(whole, second))
        return loss + self.gamma * gap.abs().square().flatten(1).mean(1)


def draw_neighbours(y: Tensor, rng: torch.Generator | None) -> tuple[Tensor, Tensor]:
    """Which two pixels of every cell of 2x2 are taken, 0 to 3 row by row, each (B, 1, ..., H // 2, W // 2).

    Args:
        y: images (B, C, ..., H, W); their channels are taken together.
        rng: source of randomness.

    Raises:
        ShapeError: an image has fewer than two rows or columns.
    """
    height, width = y.shape[-2] // 2, y.shape[-1] // 2
    if y.ndim < 4 or min(height, width) < 1:
        raise ShapeError(f"`y` must be (B, C, H, W) with two rows and columns at least, got {tuple(y.shape)}.")
    drawn = draw_uniforms((len(y), 1, *y.shape[2:-2], height, width), y, rng)
    pairs = torch.tensor(_PAIRS, device=y.device)[(drawn * len(_PAIRS)).long()]
    return pairs[..., 0], pairs[..., 1]


def _taken(y: Tensor, index: Tensor) -> Tensor:
    """Pixel ``index`` of every cell."""
    height, width = index.shape[-2:]
    cells = y[..., : 2 * height, : 2 * width].unflatten(-1, (width, 2)).unflatten(-3, (height, 2))
    cells = cells.transpose(-3, -2).flatten(-2)  # (..., height, width, 4)
    return cells.gather(-1, index[..., None].expand(*cells.shape[:-1], 1))[..., 0]
