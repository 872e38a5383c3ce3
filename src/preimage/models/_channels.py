"""Complex images in networks of real numbers: two channels for one."""

import torch
from torch import Tensor, nn

__all__ = ["through"]


def through(network: nn.Module, x: Tensor, *arguments: object) -> Tensor:
    """``network(x, *arguments)``; a complex ``x`` goes in as its real channels, then its imaginary ones, and so out."""
    if not x.is_complex():
        return network(x, *arguments)
    real, imaginary = network(torch.cat([x.real, x.imag], 1), *arguments).chunk(2, 1)
    return torch.complex(real.contiguous(), imaginary.contiguous())
