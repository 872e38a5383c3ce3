"""The denoiser of a stage, with more that it sees; images as planes of one or three channels."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage._tree import squared_modulus
from preimage.denoisers import DRUNet
from preimage.denoisers.base import with_noise_map
from preimage.denoisers.blocks import channels_last, channels_last_

__all__ = ["ROLES", "StageNetwork", "from_planes", "phase_of", "to_planes"]

# Images a stage sees beside the one it denoises: how far it is from the estimate before, the gradient there, the
# sensitivity, and of a complex image the other part.
ROLES = 4
# What it sees as constants beside the level it removes: those of the noise and of the image.
CONSTANTS = 2
_WINDOW = 9


class StageNetwork(nn.Module):
    """A DRUNet shared by all stages, into whose first features each stage adds more that it knows.

    All layers are convolutions without bias, or ReLU: the network is positively homogeneous of degree one. What a stage
    adds comes through layers that begin at zero, so that the network begins as the DRUNet.

    Args:
        channels: image channels, 1 or 3.
        widths, blocks: the sizes of the DRUNet.
        stages: the number of stages.
    """

    def __init__(self, channels: int, widths: Sequence[int], blocks: int, stages: int) -> None:
        super().__init__()
        self.core = DRUNet(channels, widths, blocks, residual=True)
        width = widths[0]
        self.known = nn.ModuleList(
            nn.Conv2d(ROLES * channels + CONSTANTS, width, 3, padding=1, bias=False) for _ in range(stages)
        )
        self.carry = nn.ModuleList(nn.Conv2d(width, width, 1, bias=False) for _ in range(stages - 1))
        for layer in (*self.known, *self.carry):
            assert isinstance(layer, nn.Conv2d)
            nn.init.zeros_(layer.weight)
        channels_last_(self)

    def forward(
        self, stage: int, x: Tensor, beside: Tensor, levels: Tensor, carried: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """The change of the image, and features for the next stage.

        Args:
            stage: its number, from zero.
            x: (B, channels, H, W).
            beside: (B, ROLES * channels, H, W).
            levels: (B, 1 + CONSTANTS): the level to remove, and constants.
            carried: the features of the stage before.
        """
        height, width = x.shape[-2:]
        core, pad = self.core, (0, -x.shape[-1] % 8, 0, -x.shape[-2] % 8)
        x, beside = (F.pad(image, pad, mode="replicate") if any(pad) else image for image in (x, beside))
        constants = levels[:, 1:, None, None].expand(-1, -1, *x.shape[-2:])
        x1 = core.m_head(channels_last(with_noise_map(x, levels[:, 0])))
        x1 = x1 + self.known[stage](channels_last(torch.cat([beside, constants], 1)))
        if carried is not None:
            x1 = x1 + self.carry[stage - 1](carried)
        out = core.refined(x1)
        return core.m_tail(out)[..., :height, :width], out


def phase_of(x: Tensor) -> Tensor:
    """The phase factor of a complex image around each pixel, of modulus one; one where there is nothing."""
    planes = torch.cat([x.real, x.imag]).detach()
    *outer, height, width = planes.shape
    half = _WINDOW // 2
    mean = F.avg_pool2d(planes.reshape(-1, 1, height, width), _WINDOW, 1, half, count_include_pad=False)
    smooth = torch.complex(*mean.reshape(*outer, height, width).chunk(2))
    power = squared_modulus(smooth)
    return torch.where(power > 0, smooth * torch.where(power > 0, power, 1).rsqrt(), 1)


def to_planes(x: Tensor) -> Tensor:
    """Images of real channels (P, 1 or 3, H, W) of what is drawn together: three channels, or one.

    Other channels, the real and the imaginary parts of complex ones, and the planes of volumes (B, C, D, H, W) come one
    by one.
    """
    if x.ndim == 5:
        x = x.transpose(1, 2).flatten(0, 1)
    if x.is_complex():
        return torch.view_as_real(x.resolve_conj()).permute(0, 1, 4, 2, 3).flatten(0, 2)[:, None]
    return x if x.shape[1] == 3 else x.flatten(0, 1)[:, None]


def from_planes(planes: Tensor, like: Tensor) -> Tensor:
    """The inverse of :func:`to_planes`, for images like ``like``."""
    shape = like.shape if like.ndim == 4 else like.transpose(1, 2).flatten(0, 1).shape
    if like.is_complex():
        real, imaginary = planes.reshape(*shape[:2], 2, *shape[2:]).unbind(2)
        x = torch.complex(real.contiguous(), imaginary.contiguous())
    else:
        x = planes.reshape(shape)
    return x if like.ndim == 4 else x.unflatten(0, (like.shape[0], like.shape[2])).transpose(1, 2)
