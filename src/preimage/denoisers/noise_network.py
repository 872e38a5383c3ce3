"""A network that looks at a picture and says how strong its noise is, and how sure that is."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["NoiseLevelNetwork"]

_UNIT = 255.0  # the network sees and tells levels in steps of 8 bits
_OFFSET = 0.5  # below this many steps differences do not matter


class NoiseLevelNetwork(nn.Module):
    r"""``(t, s)``: a normal distribution of ``log(255 sigma + 1/2)``, with mean ``t`` and standard deviation ``s``.

    The picture is split in its four phases, so that a mosaic behind a colour filter array is as good as a picture.
    What one phase deviates from the mean of its neighbours is seen as ``asinh(255 d)``: faint noise and strong noise
    are of one scale. Residual blocks follow, and means over the picture weighted by attention, which can look away
    from texture, borders and clipped areas.

    Args:
        channels: image channels.
        width: feature channels.
        blocks: residual blocks of two 3x3 convolutions.
        heads: the number of heads of the attention.

    Shapes: ``x`` (B, channels, H, W) in [0, 1], H and W at least 6; the results (B,).
    """

    def __init__(self, channels: int = 1, width: int = 48, blocks: int = 3, heads: int = 4) -> None:
        super().__init__()
        self.channels, self.heads = channels, heads
        self.head = nn.Conv2d(12 * channels, width, 3)
        self.blocks = nn.ModuleList(_Block(width) for _ in range(blocks))
        self.attention = nn.Conv2d(width, heads, 1)
        self.tail = nn.Sequential(nn.Linear((heads + 1) * width, width), nn.ReLU(), nn.Linear(width, 2))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation of ``log(255 sigma + 1/2)`` for each picture."""
        f = F.relu(self.head(_features(x)))
        for block in self.blocks:
            f = block(f)
        weights = self.attention(f).flatten(2).softmax(2)
        f = f.flatten(2)
        pooled = torch.cat([f.mean(2), torch.einsum("bhn,bcn->bhc", weights, f).flatten(1)], 1)
        t, s = self.tail(pooled).unbind(1)
        return t, F.softplus(s) + 0.01

    @staticmethod
    def target(sigma: Tensor) -> Tensor:
        """What the network tells of noise of standard deviation ``sigma``."""
        return (_UNIT * sigma + _OFFSET).log()

    @staticmethod
    def sigma(t: Tensor) -> Tensor:
        """The noise level, in image units, at which ``t`` is :meth:`target`; at least zero."""
        return (t.exp() - _OFFSET).clamp_min(0) / _UNIT


def _features(x: Tensor) -> Tensor:
    """The phases; what each deviates from its 3x3 mean; what the picture deviates from its own, phase by phase."""
    height, width = (n // 2 * 2 for n in x.shape[-2:])
    x = x[..., :height, :width]
    phases = F.pixel_unshuffle(x, 2)
    around = F.pixel_unshuffle(_detail(x), 2)
    return torch.cat([2 * phases - 1, (_UNIT * _detail(phases)).asinh(), (_UNIT * around).asinh()], 1)


def _detail(x: Tensor) -> Tensor:
    """``x`` less its mean over 3x3 samples."""
    return x - F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1)


class _Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1, padding_mode="replicate")
        self.second = nn.Conv2d(width, width, 3, padding=1, padding_mode="replicate")

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.relu(self.first(x)))
