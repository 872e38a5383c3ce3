"""Pixels on a grid are judged by what their neighbours say."""

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs
from preimage.loss.splitting.blind_spot import cell_phase, neighbour_mean
from preimage.loss.splitting.masking import measured_image
from preimage.physics.parameters.splitting.base import draw_uniforms

__all__ = ["Noise2Self"]


class Noise2Self(Loss):
    r"""``||(A f(y_J) - y)_J||^2`` per pixel of ``J``, one pixel of each cell, which ``y_J`` does not contain.

    In ``y_J`` the pixels of ``J`` are replaced by the mean of their neighbours; ``J`` is a grid whose place is drawn in
    each call. The expectation is the supervised risk ``||A (f(y_J) - x)||^2`` on ``J``, plus the variance of the noise:
    this needs noise of mean zero that is independent from pixel to pixel. At test time :class:`BlindSpot` puts the
    image together of blind estimates; the network itself, shown all pixels, is often better.

    Args:
        cell: side of a cell, >= 2; one pixel of each is judged.

    Raises:
        ArgumentError: the cell is smaller.
        ShapeError: the measurement is no image (B, C, H, W) or (B, C, D, H, W), or has one pixel.

    Source: Batson and Royer, "Noise2Self: blind denoising by self-supervision", ICML 2019.
    """

    needs_estimate = False

    def __init__(self, cell: int = 4) -> None:
        super().__init__()
        check_count("cell", cell, "4 is usual", least=2)
        self.cell = cell

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The mean squared error of the pixels on the grid, (B,); zero where it has none."""
        measured = measured_image(inputs, type(self).__name__)
        y = measured.y
        # Small images lack the last places of a cell: places are drawn among those there are.
        rows, columns = (min(self.cell, n) for n in y.shape[-2:])
        place = (draw_uniforms((len(y),), y, inputs.rng) * (rows * columns)).long()
        hidden = cell_phase(y, self.cell, place // columns * self.cell + place % columns)
        shown = torch.where(hidden, neighbour_mean(measured), y)
        return measured.split(hidden)[1].error(inputs.model(shown, inputs.physics))
