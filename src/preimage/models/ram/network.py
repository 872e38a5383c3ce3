"""A U-Net without biases that works at half resolution, on images of one, two or three channels."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage.denoisers.blocks import ResidualBlock, channels_last, channels_last_

__all__ = ["ROLES", "HalfResolution", "from_planes", "to_planes"]

# Images a stage sees: two solutions, a gradient, the sensitivity.
ROLES = 4
_KINDS = (1, 2, 3)


class HalfResolution(nn.Module):
    """Two stages: what each sees, at half resolution, through a layer of its own into layers shared by both.

    All layers are convolutions without bias, or ReLU: the network is positively homogeneous of degree one. The second
    stage sees the features of the first.

    Args:
        widths: feature channels at strides 2, 4 and 8.
        blocks: residual blocks at strides 2 and 4, on the way down and on the way up.
        middle: residual blocks at stride 8.
        levels: constants that a stage sees as constant channels.
        stages: the number of stages.
    """

    def __init__(self, widths: Sequence[int], blocks: int, middle: int, levels: int, stages: int = 2) -> None:
        super().__init__()
        w0, w1, w2 = widths
        inputs = {kind: 4 * ROLES * kind + levels for kind in _KINDS}
        self.heads = nn.ModuleList(
            nn.ModuleDict({str(kind): _conv(inputs[kind], w0) for kind in _KINDS}) for _ in range(stages)
        )
        self.tails = nn.ModuleList(
            nn.ModuleDict({str(kind): _conv(w0, 4 * kind) for kind in _KINDS}) for _ in range(stages)
        )
        self.carry = nn.Conv2d(w0, w0, 1, bias=False)
        self.down1 = nn.Sequential(*_blocks(w0, blocks), nn.Conv2d(w0, w1, 2, stride=2, bias=False))
        self.down2 = nn.Sequential(*_blocks(w1, blocks), nn.Conv2d(w1, w2, 2, stride=2, bias=False))
        self.body = nn.Sequential(*_blocks(w2, middle))
        self.up2 = nn.Sequential(nn.ConvTranspose2d(w2, w1, 2, stride=2, bias=False), *_blocks(w1, blocks))
        self.up1 = nn.Sequential(nn.ConvTranspose2d(w1, w0, 2, stride=2, bias=False), *_blocks(w0, blocks))
        channels_last_(self)

    def forward(self, stage: int, images: Tensor, levels: Tensor, carried: Tensor | None) -> tuple[Tensor, Tensor]:
        """The change of the image, and features for the next stage.

        Args:
            stage: 0 or 1.
            images: (B, ROLES * channels, H, W).
            levels: (B, levels).
            carried: the features of the stage before.
        """
        height, width = images.shape[-2:]
        kind = str(images.shape[1] // ROLES)
        small = _cells(_padded(images))
        constants = levels[:, :, None, None].expand(-1, -1, *small.shape[-2:])
        head, tail = self._ends(stage, kind)
        f0 = head(channels_last(torch.cat([small, constants], 1)))
        if carried is not None:
            f0 = f0 + self.carry(carried)
        f1 = self.down1(f0)
        f2 = self.down2(f1)
        out = self.up2(self.body(f2) + f2)
        out = self.up1(out + f1) + f0
        return _pixels(tail(out))[..., :height, :width], out

    def _ends(self, stage: int, kind: str) -> tuple[nn.Module, nn.Module]:
        heads, tails = self.heads[stage], self.tails[stage]
        assert isinstance(heads, nn.ModuleDict)
        assert isinstance(tails, nn.ModuleDict)
        return heads[kind], tails[kind]


def to_planes(x: Tensor) -> Tensor:
    """Images of real channels (P, 1, 2 or 3, H, W) of what is drawn together: three channels, or the parts of one.

    Complex channels come one by one as (real, imaginary); real channels that are not three come one by one; the planes
    of volumes (B, C, D, H, W) come one by one.
    """
    if x.ndim == 5:
        x = x.transpose(1, 2).flatten(0, 1)
    if x.is_complex():
        return torch.view_as_real(x.resolve_conj()).permute(0, 1, 4, 2, 3).flatten(0, 1)
    return x if x.shape[1] == 3 else x.flatten(0, 1)[:, None]


def from_planes(planes: Tensor, like: Tensor) -> Tensor:
    """The inverse of :func:`to_planes`, for images like ``like``."""
    shape = like.shape if like.ndim == 4 else like.transpose(1, 2).flatten(0, 1).shape
    if like.is_complex():
        real, imaginary = planes.unflatten(0, shape[:2]).unbind(2)
        x = torch.complex(real.contiguous(), imaginary.contiguous())
    else:
        x = planes.reshape(shape)
    return x if like.ndim == 4 else x.unflatten(0, (like.shape[0], like.shape[2])).transpose(1, 2)


def _padded(x: Tensor) -> Tensor:
    """``x`` continued by its last samples to multiples of eight."""
    height, width = x.shape[-2:]
    if height % 8 == 0 and width % 8 == 0:
        return x
    return F.pad(x, (0, -width % 8, 0, -height % 8), mode="replicate")


def _cells(x: Tensor) -> Tensor:
    """The four pixels of each 2x2 cell as channels; ``pixel_unshuffle`` leaves empty batches as they are."""
    return x.unflatten(2, (-1, 2)).unflatten(4, (-1, 2)).permute(0, 1, 3, 5, 2, 4).flatten(1, 3)


def _pixels(x: Tensor) -> Tensor:
    """The inverse of :func:`_cells`."""
    return x.unflatten(1, (-1, 2, 2)).permute(0, 1, 4, 2, 5, 3).flatten(4, 5).flatten(2, 3)


def _conv(inputs: int, outputs: int) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)


def _blocks(width: int, count: int) -> list[ResidualBlock]:
    return [ResidualBlock(width) for _ in range(count)]
