"""IRCNN: a bank of small dilated networks, one per noise level."""

import torch
from torch import Tensor, nn

from preimage._ranges import check_count, check_level
from preimage._shapes import per_image
from preimage.denoisers.base import Denoiser, Traits
from preimage.denoisers.blocks import channels_last, channels_last_, conv_chain

__all__ = ["IRCNN", "IRCNNBank"]

_DILATIONS = (1, 2, 3, 4, 3, 2, 1)


class IRCNN(Denoiser):
    """``D(x) = x - net(x)`` with seven 3x3 convolutions of dilation 1, 2, 3, 4, 3, 2, 1, for one noise level.

    The network never sees ``sigma``: it removes the noise it was trained on, and its traits say which.

    Args:
        channels: image channels, 1 for grey and 3 for colour.
        width: feature channels.
        sigma: the noise level it is for, image units, >= 0.

    Shapes: ``x`` (B, channels, H, W); the result is like ``x``.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Zhang, Zuo, Gu, Zhang, "Learning deep CNN denoiser prior for image restoration", CVPR 2017.
    """

    def __init__(self, channels: int = 3, width: int = 64, sigma: float = 25 / 255) -> None:
        super().__init__()
        check_level("sigma", sigma, "25 / 255 is the default", zero=True)
        self.channels = channels
        self.width = width
        self.sigma = sigma
        self.traits = Traits(channels, (sigma, sigma), receptive_radius=sum(_DILATIONS))
        self.model = channels_last_(conv_chain(channels, channels, width, _DILATIONS))

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``; ``sigma`` is not used."""
        return x - self.model(channels_last(x))


class IRCNNBank(Denoiser):
    """Twenty-five :class:`IRCNN`, for the noise levels 2/255, 4/255 ... 50/255.

    An image of level ``sigma`` goes to the net ``ceil(255 sigma / 2) - 1``, clipped to the bank: the first that is for
    at least this much noise. Layer names are those of the published files (``0.model.0`` ... ``24.model.12``).

    Args:
        channels: image channels, 1 for grey and 3 for colour.
        width: feature channels.
        levels: nets in the bank.

    Shapes: ``x`` (B, channels, H, W), ``sigma`` a float or (B,); the result is like ``x``.

    Raises:
        ShapeError: there is not one ``sigma``, or one for each image.

    Source: as for :class:`IRCNN`.
    """

    def __init__(self, channels: int = 3, width: int = 64, levels: int = 25) -> None:
        super().__init__()
        check_count("levels", levels, "25 are published")
        self.channels = channels
        self.width = width
        self.levels = levels
        self.traits = Traits(channels, (0.0, 2 * levels / 255), receptive_radius=sum(_DILATIONS))
        for index in range(levels):
            self.add_module(str(index), IRCNN(channels, width, sigma=2 * (index + 1) / 255))

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``, each image with the net of its level."""
        chosen = self.index(per_image(sigma, x))
        if chosen.unique().numel() < 2:
            return self._net(int(chosen[0]) if len(chosen) else 0)(x, sigma)
        return torch.cat([self._net(int(i))(image[None], sigma) for i, image in zip(chosen, x, strict=True)])

    def index(self, sigma: float | Tensor) -> Tensor:
        """The net for each of ``sigma``, int64 (B,) or (1,)."""
        # 4 / 255 must choose net 1 however it is rounded, hence the small allowance.
        level = torch.as_tensor(sigma, dtype=torch.float64).reshape(-1) * 127.5 - 1e-3
        return (level.ceil().long() - 1).clamp(0, self.levels - 1)

    def _net(self, index: int) -> nn.Module:
        return self.get_submodule(str(index))
