"""The layers of the generators, written out, and networks with weights that are nowhere 0 or 1."""

import numpy as np
import torch
from torch import nn

from tests.models.problems import made, normal


def shaken(make, seed=0):
    """``make()`` in float64, every parameter moved at random: normalisations have scales and offsets."""
    net = made(make, seed)
    with torch.no_grad():
        for index, parameter in enumerate(net.parameters()):
            parameter += 0.3 * normal(*parameter.shape, seed=seed + index)
    return net


def convolutions(net):
    return [module for module in net.modules() if isinstance(module, nn.Conv2d)]


def normalisations(net):
    return [module for module in net.modules() if isinstance(module, nn.BatchNorm2d)]


def parameters(net):
    return sum(parameter.numel() for parameter in net.parameters())


def convolve(x, module, mode="reflect", stride=1):
    """Correlation with the kernels of ``module``, borders by NumPy: a sum over the taps."""
    weight, bias = module.weight.detach(), module.bias
    r = weight.shape[-1] // 2
    padded = torch.from_numpy(np.pad(x.detach().numpy(), ((0, 0), (0, 0), (r, r), (r, r)), mode=mode)) if r else x
    height, width = x.shape[-2:]
    out = sum(
        torch.einsum("oi,bihw->bohw", weight[:, :, u, v], padded[..., u : u + height, v : v + width])
        for u in range(2 * r + 1)
        for v in range(2 * r + 1)
    )
    out = out if bias is None else out + bias.detach()[:, None, None]
    return out[..., ::stride, ::stride]


def normalise(x, module):
    centred = x - x.mean((-2, -1), keepdim=True)
    unit = centred / (centred.square().mean((-2, -1), keepdim=True) + 1e-5).sqrt()
    return module.weight.detach()[:, None, None] * unit + module.bias.detach()[:, None, None]


def leaky(x):
    return torch.where(x > 0, x, 0.2 * x)


def blocks_of_two(x):
    """(..., h, w, 4): the pixels of every 2x2."""
    return torch.stack([x[..., a::2, b::2] for a in (0, 1) for b in (0, 1)], -1)


def bilinear(x):
    """Enlarged by two: three quarters of the nearest pixel and one of the next, along each axis."""
    for axis in (-2, -1):
        n = x.shape[axis]
        before = x.index_select(axis, torch.arange(n).sub(1).clamp_min(0))
        after = x.index_select(axis, torch.arange(n).add(1).clamp_max(n - 1))
        both = torch.stack([(before + 3 * x) / 4, (3 * x + after) / 4], axis if axis == -1 else -2)
        x = both.flatten(-2) if axis == -1 else both.flatten(-3, -2)
    return x


def nearest(x):
    return x.repeat_interleave(2, -1).repeat_interleave(2, -2)
