"""Solvers and plug-and-play loops against bare torch: ``python benchmarks/speed_optim.py``.

Each row is the ratio of our time to that of the same arithmetic written out by hand with everything cached, the best of
several alternating runs on one thread, and the ratio allowed.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.optim import DPIR
from preimage.physics import BlurFFT, GaussianNoise
from preimage.solve import cg


@dataclass(frozen=True)
class Row:
    """Two ways to do the same work, and how much slower ours may be."""

    name: str
    ours: Callable[[], Any]
    bare: Callable[[], Any]
    limit: float


class Identity(Denoiser):
    """Costs nothing."""

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """``x``."""
        return x


def conjugate_gradients() -> Row:
    b = torch.randn(8, 3, 256, 256)
    diagonal = torch.rand(3, 256, 256) + 0.5

    def bare() -> Tensor:
        x, r, p = torch.zeros_like(b), b.clone(), b.clone()
        power = (r * r).sum((1, 2, 3), keepdim=True)
        for _ in range(30):
            image = diagonal * p
            alpha = power / (p * image).sum((1, 2, 3), keepdim=True)
            x.addcmul_(alpha, p)
            r.addcmul_(-alpha, image)
            new = (r * r).sum((1, 2, 3), keepdim=True)
            p = torch.addcmul(r, new / power, p)
            power = new
        return x

    def ours() -> Tensor:
        return cg(lambda x: diagonal * x, b, tol=0, max_steps=30).x

    return Row("30 CG steps on 8x3x256x256", ours, bare, 1.10)


def plug_and_play() -> Row:
    kernel = torch.rand(25, 25)
    kernel = kernel / kernel.sum()
    y, noise, steps = torch.rand(1, 3, 512, 512), 7.65 / 255, 8
    physics, model = BlurFFT(kernel, GaussianNoise(noise)), DPIR.deblurring(Identity())

    def bare() -> Tensor:
        padded = torch.zeros(512, 512)
        padded[:25, :25] = kernel
        otf = torch.fft.rfft2(padded.roll((-12, -12), (0, 1)))
        power = otf.abs().square()
        back = otf.conj() * torch.fft.rfft2(y)
        x = y
        for k in range(steps):
            sigma = (49 / 255) ** (1 - k / (steps - 1)) * noise ** (k / (steps - 1))
            rho = 0.23 * noise**2 / sigma**2
            x = torch.fft.irfft2((back + rho * torch.fft.rfft2(x)) / (power + rho), s=(512, 512))
        return x

    return Row("8 DPIR steps less the denoiser, 3x512x512", lambda: model(y, physics), bare, 1.15)


def ratio(row: Row, repeats: int = 25) -> float:
    """Best CPU time of ours over best CPU time of bare: other programs on the machine count for little."""
    best = {"ours": float("inf"), "bare": float("inf")}
    for _ in range(repeats):
        for name, work in (("bare", row.bare), ("ours", row.ours)):
            start = time.process_time()
            work()
            best[name] = min(best[name], time.process_time() - start)
    return best["ours"] / best["bare"]


ROWS = (conjugate_gradients, plug_and_play)


@torch.no_grad()
def main() -> None:
    torch.set_num_threads(1)
    for make in ROWS:
        row = make()
        torch.testing.assert_close(row.ours(), row.bare(), rtol=1e-3, atol=1e-3)
        print(f"{row.name:45s} {ratio(row):5.2f} (at most {row.limit})")


if __name__ == "__main__":
    main()
