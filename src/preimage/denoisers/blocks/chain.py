"""Plain chains of convolutions."""

from collections.abc import Sequence
from itertools import pairwise

from torch import nn

__all__ = ["conv_chain"]


def conv_chain(inputs: int, outputs: int, width: int, dilations: Sequence[int]) -> nn.Sequential:
    """One 3x3 convolution with bias per entry of ``dilations``, zero-padded to keep the size, and a ReLU between two.

    The convolutions have the even positions of the sequence, as in the published checkpoints with merged normalisation.

    Args:
        inputs, outputs: channels of the first and of the last tensor.
        width: channels in between.
        dilations: the dilations of each convolution.
    """
    widths = [inputs, *(width for _ in dilations[1:]), outputs]
    layers: list[nn.Module] = []
    for (before, after), dilation in zip(pairwise(widths), dilations, strict=True):
        layers += [nn.Conv2d(before, after, 3, padding=dilation, dilation=dilation), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers[:-1])
