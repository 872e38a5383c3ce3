"""Pansharpening by a network that sees details only."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage._ranges import check_count
from preimage._tree import Measurement
from preimage.errors import CapabilityError, ShapeError
from preimage.physics import Pansharpen, Physics
from preimage.reconstructor import Reconstructor

__all__ = ["PanNet"]

_WINDOW = 5


class _Block(nn.Module):
    """``x + conv(relu(conv(x)))``."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1, self.conv2 = (nn.Conv2d(width, width, 3, padding=1) for _ in range(2))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.relu(self.conv1(x)))


class PanNet(Reconstructor):
    r"""``up(y_1) + N(h(y_1), h(y_2))``: the colours interpolated, and what a network makes of the details of both.

    ``h`` takes from each pixel the mean of the 5x5 pixels around it, so that the network depends on details and not on
    the level of the pictures or on the sensor; the colours come from ``up(y_1)`` alone ("spectra mapping"), bicubic at
    the places of the samples. In ``N`` the details of the colours are enlarged by a learned transposed convolution,
    joined to those of the grey picture, and pass through residual blocks. The blocks of the publication have batch
    normalisation, which makes an image depend on its batch; these have none. There is no published file for PyTorch
    whose layer names could be kept.

    Args:
        channels: colours.
        factor: ratio of the resolutions; 4 is published.
        width: feature channels; 32 is published.
        blocks: residual blocks; 4 are published.

    Shapes: ``y`` the pair (B, channels, h, w) and (B, 1, factor h, factor w) of :class:`preimage.physics.Pansharpen`;
    the result is (B, channels, factor h, factor w).

    Raises:
        ArgumentError: a number is below one.
        CapabilityError: (in a call) the physics is no ``Pansharpen``.
        ShapeError: (in a call) the measurement or the factor of the physics does not fit.

    Source: Yang, Fu, Hu, Huang, Ding, Paisley, "PanNet: a deep network architecture for pan-sharpening", ICCV 2017.
    """

    def __init__(self, channels: int = 4, factor: int = 4, width: int = 32, blocks: int = 4) -> None:
        super().__init__()
        for name, value in (("channels", channels), ("factor", factor), ("width", width), ("blocks", blocks)):
            check_count(name, value, "see the defaults")
        self.channels = channels
        self.factor = factor
        self.width = width
        self.blocks = blocks
        self.enlarge = nn.ConvTranspose2d(channels, channels, 2 * factor, factor, padding=factor // 2)
        self.head = nn.Conv2d(channels + 1, width, 3, padding=1)
        self.body = nn.Sequential(*(_Block(width) for _ in range(blocks)))
        self.tail = nn.Conv2d(width, channels, 3, padding=1)

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The colours at the size of the grey picture."""
        if not isinstance(physics, Pansharpen):
            raise CapabilityError(f"`physics` must be Pansharpen, got {type(physics).__name__}; see help(PanNet).")
        if physics.factor != self.factor:
            raise ShapeError(
                f"`physics` must have the factor {self.factor} of the network, got {physics.factor}; make a PanNet "
                "for it."
            )
        low, grey = y
        if low.shape[1] != self.channels or grey.shape[1:] != (1, *(n * self.factor for n in low.shape[2:])):
            raise ShapeError(
                f"`y` must be (B, {self.channels}, h, w) and (B, 1, {self.factor} h, {self.factor} w), got "
                f"{tuple(low.shape)} and {tuple(grey.shape)}; see the measurements of Pansharpen."
            )
        rows, columns = grey.shape[2:]
        enlarged = self.enlarge(_details(low))[..., :rows, :columns]
        features = self.body(F.relu(self.head(torch.cat([enlarged, _details(grey)], 1))))
        return physics.interpolate(low) + self.tail(features)


def _details(x: Tensor) -> Tensor:
    """Each pixel less the mean around it; beyond the border the last pixels go on."""
    return x - F.avg_pool2d(F.pad(x, (_WINDOW // 2,) * 4, mode="replicate"), _WINDOW, 1)
