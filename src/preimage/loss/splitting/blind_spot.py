"""Estimates of each pixel by a network that does not see it."""

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional as F

from preimage._ranges import check_count
from preimage._tree import Measurement
from preimage.errors import ShapeError
from preimage.fidelity import Measured
from preimage.loss.inputs import Model
from preimage.loss.splitting.masking import require_denoising, seen_mask
from preimage.physics import Physics
from preimage.reconstructor import Reconstructor

__all__ = ["BlindSpot", "blind_estimate", "cell_phase", "neighbour_mean"]


class BlindSpot(Reconstructor):
    """Every pixel is estimated by ``model`` from an image in which it is replaced by the mean of its neighbours.

    The pixels at one place in all cells of ``cell`` x ``cell`` are replaced at a time, so that the model runs
    ``cell^2`` times. What it gives at a pixel is independent of the noise of that pixel. It is how a network trained by
    :class:`Noise2Self` is used, and one part of :class:`VisibleBlindSpot`.

    Args:
        model: a reconstructor of noisy images.
        cell: side of a cell, >= 2.

    Raises:
        ArgumentError: the cell is smaller.
        CapabilityError: the physics is not Denoising.
        ShapeError: the image has one pixel.

    Source: Batson and Royer, ICML 2019; Wang et al., CVPR 2022 (the "global mask mapper").
    """

    def __init__(self, model: Model, cell: int = 4) -> None:
        super().__init__()
        check_count("cell", cell, "2 and 4 are usual", least=2)
        self.model = model
        self.cell = cell

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The image put together of all its replaced pixels."""
        require_denoising(physics, y, type(self).__name__)
        return blind_estimate(self.model, Measured.of(physics, y), self.cell)


def blind_estimate(model: Model, measured: Measured, cell: int) -> Tensor:
    """The image in which each pixel comes from a pass of ``model`` that did not see it."""
    mean = neighbour_mean(measured)
    total: Tensor | None = None
    for hidden in _phases(measured.y, cell):
        estimate = model(torch.where(hidden, mean, measured.y), measured.physics)
        part = torch.where(hidden, estimate, 0)
        total = part if total is None else total + part
    assert total is not None  # there are at least four phases
    return total


def neighbour_mean(measured: Measured) -> Tensor:
    """The mean of the neighbours of each pixel that are measured; those at the corners count half.

    Slices of a volume are averaged one by one. It is zero where no neighbour is measured.

    Raises:
        ShapeError: the image has one pixel.
    """
    y = measured.y
    if y.ndim < 4 or y.shape[-1] * y.shape[-2] < 2:
        raise ShapeError(f"`y` must be (B, C, H, W) with two pixels at least, got {tuple(y.shape)}.")
    count = _around(seen_mask(measured).to(y.real.dtype))
    total = torch.complex(_around(y.real), _around(y.imag)) if y.is_complex() else _around(y)
    return total / count.clamp_min(0.5)


def cell_phase(y: Tensor, cell: int, phase: Tensor) -> Tensor:
    """Whether a pixel lies at place ``phase`` of its cell, counted row by row: booleans (B, 1, ..., H, W).

    Args:
        y: images (B, C, ..., H, W).
        cell: side of a cell.
        phase: a number below ``cell^2`` for each image, (B,).
    """
    rows, columns = (torch.arange(n, device=y.device) % cell for n in y.shape[-2:])
    place = rows[:, None] * cell + columns
    return place == phase.view(-1, *(1,) * (y.ndim - 1))


def _phases(y: Tensor, cell: int) -> Iterator[Tensor]:
    for phase in range(cell * cell):
        hidden = cell_phase(y, cell, torch.tensor([phase], device=y.device))
        if phase == 0 or bool(hidden.any()):  # small images lack the last places of a cell
            yield hidden


def _around(y: Tensor) -> Tensor:
    kernel = torch.tensor([[0.5, 1.0, 0.5], [1.0, 0.0, 1.0], [0.5, 1.0, 0.5]], dtype=y.dtype, device=y.device)
    return F.conv2d(y.reshape(-1, 1, *y.shape[-2:]), kernel[None, None], padding=1).reshape(y.shape)
