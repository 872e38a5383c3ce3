"""Total variation: proxes, primal-dual methods, differences."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from kernel_rows import Row

__all__ = ["ROWS"]

Call = Callable[[], object]


def noisy(*shape: int, level: float = 0.1) -> Tensor:
    """Waves and edges in noise."""
    rng = torch.Generator().manual_seed(0)
    ramps = torch.meshgrid(*(torch.linspace(0, 1, n) for n in shape[1:]), indexing="ij")
    waves = torch.sin(25 * ramps[-1] * ramps[-2])
    steps = torch.stack([(ramps[-1] > a / shape[0] - 0.3).float() for a in range(1, shape[0] + 1)])
    x = (waves + steps) / 2
    return (x + level * torch.randn(x.shape, generator=rng))[None]


def tv_prox(*shape: int, **options: Any) -> Callable[[], Call]:
    def prepare() -> Call:
        from preimage.optim import TVPrior

        x, prior = noisy(*shape), TVPrior(0.1, tol=1e-3, **options)
        return lambda: prior.prox(x, 1.0)

    return prepare


def tgv() -> Call:
    from preimage.denoisers import TGVDenoiser

    x, denoiser = noisy(1, 256, 256), TGVDenoiser()
    return lambda: denoiser(x, 0.1)


ROWS = [
    Row("TV prox of 3x256x256 to a gap of 1e-3", 0.35, tv_prox(3, 256, 256)),
    Row("TV prox, coupled", 0.35, tv_prox(3, 256, 256, coupled=True)),
    Row("TV prox, anisotropic", 0.35, tv_prox(3, 256, 256, isotropic=False)),
    Row("TV prox of a volume 64x64x64 to a gap of 1e-3", 0.4, tv_prox(1, 64, 64, 64)),
    Row("TGV denoising of 256x256", 0.4, tgv, 5.0),
]
