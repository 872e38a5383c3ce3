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


def deblurring(algorithm: str) -> Callable[[], Call]:
    """As many steps as bring the objective of ``benchmarks/solvers.py``'s first problem within 1e-3 of the least."""

    def prepare() -> Call:
        from skimage import data

        from preimage.optim import TVPrior, Variational
        from preimage.optim import algorithm as algorithms
        from preimage.physics import BlurFFT, GaussianNoise

        x = torch.from_numpy(data.camera())[None, None].float() / 255
        line = torch.exp(-(torch.arange(-8, 9).double() ** 2) / 8)
        physics = BlurFFT((line[:, None] * line / line.sum() ** 2).float(), GaussianNoise(0.02))
        y, prior = physics(x, rng=torch.Generator().manual_seed(0)), TVPrior(1e-3 / 0.02**2)
        exact, least = physics.double(), 133528.0095  # by 400 steps of SDMM in double precision

        def reached(number: int, state: Any) -> bool:
            if number % 5:
                return False
            u = state.x.double()
            value = (exact.A(u) - y.double()).square().sum() / (2 * 0.02**2) + prior(u)
            return float(value) <= (1 + 1e-3) * least

        minimiser = vars(algorithms)[algorithm]()
        model = Variational(minimiser, prior, init=lambda y, physics: y, max_steps=1000, tol=None)
        steps = int(model.solve(y, physics, [reached]).steps)
        model = Variational(minimiser, prior, init=lambda y, physics: y, max_steps=steps, tol=None)
        return lambda: model.solve(y, physics)

    return prepare


ROWS = [
    Row("TV prox of 3x256x256 to a gap of 1e-3", 0.35, tv_prox(3, 256, 256)),
    Row("TV prox, coupled", 0.35, tv_prox(3, 256, 256, coupled=True)),
    Row("TV prox, anisotropic", 0.35, tv_prox(3, 256, 256, isotropic=False)),
    Row("TV prox of a volume 64x64x64 to a gap of 1e-3", 0.4, tv_prox(1, 64, 64, 64)),
    Row("PDHG, TV deblurring of 512x512 to 1e-3", 0.5, deblurring("PDHG"), 10.0),
    Row("CondatVu, TV deblurring of 512x512 to 1e-3", 0.5, deblurring("CondatVu"), 10.0),
    Row("TGV denoising of 256x256", 0.4, tgv, 5.0),
]
