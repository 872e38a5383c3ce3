"""A normalising flow on vectors."""

import math

import torch
from torch import Tensor, nn

from preimage._ranges import check_count

__all__ = ["PatchFlow"]

_BOUND = 2.0  # largest logarithm of a scale in one coupling


class PatchFlow(nn.Module):
    r"""An invertible map ``z = T(v)`` to standard normal vectors, so that ``log p(v) = log N(T(v)) + log |det dT/dv|``.

    Each of its blocks permutes the entries, by a permutation fixed by the number of the block, and couples the two
    halves: ``a <- a exp(s(b)) + t(b)``, then ``b <- b exp(s'(a)) + t'(a)``, with small networks whose ``s`` is kept in
    (-2, 2). Their last layers start at zero: the flow begins as a permutation.

    Args:
        dim: the dimension of the vectors, at least 2.
        blocks: how many, >= 1.
        width: the width of the two hidden layers.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Dinh, Sohl-Dickstein, Bengio 2017 (coupling); Altekrueger et al. 2023 (on patches). The smooth activation,
    SiLU, is ours: gradients are continuous.
    """

    _orders: Tensor

    def __init__(self, dim: int, blocks: int = 5, width: int = 512) -> None:
        super().__init__()
        check_count("dim", dim, "a single number has no halves", least=2)
        check_count("blocks", blocks, "5 is the default")
        self.sizes = [dim // 2, dim - dim // 2]
        self.first = nn.ModuleList([_conditioner(self.sizes[1], 2 * self.sizes[0], width) for _ in range(blocks)])
        self.second = nn.ModuleList([_conditioner(self.sizes[0], 2 * self.sizes[1], width) for _ in range(blocks)])
        orders = [torch.randperm(dim, generator=torch.Generator().manual_seed(number)) for number in range(blocks)]
        self.register_buffer("_orders", torch.stack(orders), persistent=False)

    def forward(self, v: Tensor) -> Tensor:
        """``-log p(v)`` of vectors (n, dim): (n,)."""
        return -self.log_prob(v)

    def log_prob(self, v: Tensor) -> Tensor:
        """``log p(v)`` of vectors (n, dim): (n,)."""
        z, log_det = self.latent(v)
        return log_det - 0.5 * z.square().sum(-1) - 0.5 * z.shape[-1] * math.log(2 * math.pi)

    def latent(self, v: Tensor) -> tuple[Tensor, Tensor]:
        """``T(v)`` and ``log |det dT/dv|``."""
        log_det = v.new_zeros(v.shape[:-1])
        for order, first, second in zip(self._orders, self.first, self.second, strict=True):
            a, b = v[..., order].split(self.sizes, -1)
            scale_a, shift_a = _affine(first(b))
            a = a * scale_a.exp() + shift_a
            scale_b, shift_b = _affine(second(a))
            v = torch.cat([a, b * scale_b.exp() + shift_b], -1)
            log_det = log_det + scale_a.sum(-1) + scale_b.sum(-1)
        return v, log_det

    def inverse(self, z: Tensor) -> Tensor:
        """``T^-1(z)``; of standard normal ``z``, samples of ``p``."""
        for order, first, second in reversed(list(zip(self._orders, self.first, self.second, strict=True))):
            a, b = z.split(self.sizes, -1)
            scale_b, shift_b = _affine(second(a))
            b = (b - shift_b) * torch.exp(-scale_b)
            scale_a, shift_a = _affine(first(b))
            a = (a - shift_a) * torch.exp(-scale_a)
            z = torch.cat([a, b], -1)[..., order.argsort()]
        return z


def _conditioner(inputs: int, outputs: int, width: int) -> nn.Sequential:
    last = nn.Linear(width, outputs)
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    return nn.Sequential(nn.Linear(inputs, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(), last)


def _affine(raw: Tensor) -> tuple[Tensor, Tensor]:
    """Logarithm of the scale, and the shift."""
    scale, shift = raw.chunk(2, -1)
    return _BOUND * torch.tanh(scale / _BOUND), shift
