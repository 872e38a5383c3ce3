"""Few pixels are replaced by neighbours, and judged by what they were."""

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage.errors import ShapeError
from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs
from preimage.loss.splitting.masking import measured_image
from preimage.physics.parameters.splitting.base import draw_uniforms

__all__ = ["Noise2Void"]


class Noise2Void(Loss):
    r"""``||(A f(y_J) - y)_J||^2`` per pixel of ``J``, few pixels whose values in ``y_J`` are those of neighbours.

    One pixel is drawn in each cell, all its channels together, and takes the value of a pixel drawn from the window
    around it that is not in ``J``, so that ``y_J`` tells nothing of what is judged. (The published method draws from
    ``J``, too, which lets a little of the noise through.) The expectation is the supervised risk
    ``||A (f(y_J) - x)||^2`` on ``J``, plus the variance of the noise: this needs noise of mean zero that is independent
    from pixel to pixel. Correlated noise is partly seen in the neighbours, and learned as if it were image. At test
    time the network sees the picture itself.

    Args:
        cell: side of a cell, >= 3; the published share, 64 pixels of 64x64, is that of cells of 8.
        radius: neighbours are at most so many pixels away along each axis, >= 2.

    Raises:
        ArgumentError: a number is smaller.
        ShapeError: the measurement is no image (B, C, H, W) or (B, C, D, H, W), or has one pixel.

    Source: Krull et al., "Noise2Void: learning denoising from single noisy images", CVPR 2019.
    """

    needs_estimate = False

    def __init__(self, cell: int = 8, radius: int = 2) -> None:
        super().__init__()
        check_count("cell", cell, "8 is usual", least=3)
        check_count("radius", radius, "2 is a window of 5x5", least=2)
        self.cell = cell
        self.radius = radius

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The mean squared error of the pixels replaced, (B,)."""
        measured = measured_image(inputs, type(self).__name__)
        y = measured.y
        if y[:1, :1].numel() == 1 or y.ndim < 4:
            raise ShapeError(f"`y` must be (B, C, H, W) with two pixels at least, got {tuple(y.shape)}.")
        places = _places(y, self.cell, inputs.rng)
        flat = _flat(places, y)
        hidden = torch.zeros(len(y), y.shape[2:].numel(), dtype=torch.bool, device=y.device).scatter_(1, flat, True)
        source = self._sources(y, places, hidden, inputs.rng)
        values = y.flatten(2)
        index = source[:, None].expand(-1, y.shape[1], -1)
        shown = values.scatter(2, flat[:, None].expand_as(index), values.gather(2, index)).view_as(y)
        judged = measured.split(hidden.view(len(y), 1, *y.shape[2:]))[1]
        return judged.error(inputs.model(shown, inputs.physics))

    def _sources(self, y: Tensor, places: Tensor, hidden: Tensor, rng: torch.Generator | None) -> Tensor:
        """Where the new values come from: flat indices (B, cells) of visible pixels around ``places``."""
        steps = torch.arange(-self.radius, self.radius + 1, device=y.device)
        window = torch.cartesian_prod(*(steps,) * places.shape[-1])
        around = places[:, :, None] + window[(window != 0).any(1)]
        sizes = torch.tensor(y.shape[2:], device=y.device)
        inside = ((around >= 0) & (around < sizes)).all(-1)
        flat = _flat(around.clamp_min(0).minimum(sizes - 1), y)
        visible = inside & ~hidden.gather(1, flat.flatten(1)).view_as(flat)
        keys = torch.where(visible, draw_uniforms(tuple(flat.shape), y, rng), -1)
        return flat.gather(2, keys.argmax(2, keepdim=True))[..., 0]


def _places(y: Tensor, cell: int, rng: torch.Generator | None) -> Tensor:
    """The pixel drawn in each cell: its coordinates, (B, cells, axes)."""
    starts = torch.cartesian_prod(*(torch.arange(0, n, cell, device=y.device) for n in y.shape[2:]))
    sizes = (torch.tensor(y.shape[2:], device=y.device) - starts).clamp_max(cell)
    drawn = draw_uniforms((len(y), *starts.shape), y, rng)
    return starts + (drawn * sizes).long()


def _flat(places: Tensor, y: Tensor) -> Tensor:
    """The numbers of pixels by their coordinates, (..., axes) to (...)."""
    index = places[..., 0]
    for axis, size in enumerate(y.shape[3:], 1):
        index = index * size + places[..., axis]
    return index
