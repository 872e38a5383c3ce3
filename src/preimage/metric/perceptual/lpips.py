"""Distance of the features of a network trained on photographs."""

from collections.abc import Sequence
from typing import cast

from torch import Tensor, nn

from preimage._ranges import check_level
from preimage.errors import ArgumentError
from preimage.kernels.pointwise.norm import channel_norm
from preimage.metric.base import Metric
from preimage.metric.perceptual.brightness import check_pictures

__all__ = ["LPIPS"]

# Channels, size, stride and padding of convolutions; P stands for pooling, and T for features that are compared.
_Layer = tuple[int, int, int, int] | str
_ALEX: tuple[_Layer, ...] = (
    (64, 11, 4, 2), "T", "P", (192, 5, 1, 2), "T", "P", (384, 3, 1, 1), "T", (256, 3, 1, 1), "T", (256, 3, 1, 1), "T",
)  # fmt: skip
_VGG: tuple[_Layer, ...] = (
    (64, 3, 1, 1), (64, 3, 1, 1), "T", "P", (128, 3, 1, 1), (128, 3, 1, 1), "T", "P",
    (256, 3, 1, 1), (256, 3, 1, 1), (256, 3, 1, 1), "T", "P", (512, 3, 1, 1), (512, 3, 1, 1), (512, 3, 1, 1), "T", "P",
    (512, 3, 1, 1), (512, 3, 1, 1), (512, 3, 1, 1), "T",
)  # fmt: skip
_LAYOUTS = {"alex": (_ALEX, 3), "vgg": (_VGG, 2)}  # and the side of a pooling window

_MEAN, _DEVIATION, _SMALL = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450), 1e-10


class LPIPS(Metric):
    """Learned perceptual image patch similarity: ``sum_l mean_pixels sum_c w_lc (f_lc - f'_lc)^2``, 0 for equal images.

    ``f_l`` are the features of five layers of AlexNet or VGG-16, each pixel divided by its length over the channels.
    Values are mapped to [-1, 1] and normalised as the publication does. Grey is taken for RGB. Convolutions see zeros
    beyond the border, and every pixel counts.

    An object has random weights until it is given published ones, which this package does not hold and never downloads:
    :func:`preimage.zoo.load_lpips` reads the two files. The published figures were not reproduced here, because the
    weights of the features were not at hand.

    Args:
        network: ``"alex"`` or ``"vgg"``.
        data_range: largest minus smallest possible value, > 0; 1 for images in [0, 1].

    Shapes: ``x`` (B, 1, H, W) or (B, 3, H, W), real, at least 32 pixels in each direction.

    Raises:
        ArgumentError: no such network, or ``data_range`` is not positive.

    Source: Zhang, Isola, Efros, Shechtman, Wang, "The unreasonable effectiveness of deep features as a perceptual
    metric", CVPR 2018; weights version 0.1.
    """

    def __init__(self, network: str = "alex", data_range: float = 1.0) -> None:
        super().__init__()
        if network not in _LAYOUTS:
            raise ArgumentError(f"`network` must be alex or vgg, got {network!r}; choose one.")
        check_level("data_range", data_range, "use 1 for images in [0, 1]")
        self.network = network
        self.data_range = data_range
        layers, self._taps, channels = _build(*_LAYOUTS[network])
        self.features = layers
        # Names as in the published files.
        self.lin0, self.lin1, self.lin2, self.lin3, self.lin4 = (_head(count) for count in channels)

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        """The score of each image, (B,)."""
        check_pictures(x_hat, x, 32)
        a, b = self._normalized(x_hat), self._normalized(x)
        heads = dict(zip(self._taps, (self.lin0, self.lin1, self.lin2, self.lin3, self.lin4), strict=True))
        score = x.new_zeros(len(x))
        for index, layer in enumerate(self.features):
            a, b = layer(a), layer(b)
            if index in heads:
                change = heads[index].get_submodule("model")((_unit(a) - _unit(b)).square())
                score = score + change.flatten(1).mean(1)
        return score

    def _normalized(self, x: Tensor) -> Tensor:
        mean, deviation = (x.new_tensor(each).reshape(1, 3, 1, 1) for each in (_MEAN, _DEVIATION))
        return ((2 / self.data_range) * x - 1 - mean) / deviation


def _build(layout: Sequence[_Layer], side: int) -> tuple[nn.Sequential, tuple[int, ...], list[int]]:
    """The layers, numbered as in the published files, after which features are compared, and how many these are."""
    layers: list[nn.Module] = []
    taps: list[int] = []
    counts: list[int] = []
    channels = 3
    for layer in layout:
        if layer == "T":
            taps.append(len(layers) - 1)
            counts.append(channels)
        elif layer == "P":
            layers.append(nn.MaxPool2d(side, 2))
        else:
            count, size, stride, padding = cast("tuple[int, int, int, int]", layer)
            layers += [nn.Conv2d(channels, count, size, stride, padding), nn.ReLU()]
            channels = count
    return nn.Sequential(*layers), tuple(taps), counts


def _head(channels: int) -> nn.Module:
    head = nn.Module()
    head.add_module("model", nn.Sequential(nn.Identity(), nn.Conv2d(channels, 1, 1, bias=False)))
    return head


def _unit(features: Tensor) -> Tensor:
    """Each pixel divided by its length, whose derivative at zero is zero."""
    return features / (channel_norm(features) + _SMALL)
