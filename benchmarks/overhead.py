"""What one plug-and-play iteration costs beside its denoiser: ``python benchmarks/overhead.py``."""

import time

import torch
from torch import Tensor

from preimage import zoo
from preimage.denoisers import Denoiser
from preimage.optim import DPIR
from preimage.physics import BlurFFT, GaussianNoise


class Timed(Denoiser):
    """A denoiser that adds up the seconds it takes."""

    def __init__(self, denoiser: Denoiser) -> None:
        super().__init__()
        self.denoiser = denoiser
        self.log: list[float] = []

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """The denoiser's result."""
        start = time.perf_counter()
        result = self.denoiser(x, sigma)
        self.log.append(time.perf_counter() - start)
        return result


@torch.no_grad()
def main() -> None:
    torch.set_num_threads(1)
    denoiser = zoo.load("drunet-color-compact")
    print(f"{'image':>12s} {'iteration':>12s} {'denoiser':>12s} {'rest':>12s}")
    for size in (128, 256, 512):
        timed = Timed(denoiser)
        physics = BlurFFT(torch.full((15, 15), 1 / 225), GaussianNoise(0.03))
        solution = DPIR.deblurring(timed).solve(torch.rand(1, 3, size, size), physics)
        whole, network = (
            1e3 * sorted(times)[len(times) // 2] for times in (solution.history.seconds.tolist(), timed.log)
        )
        print(f"3x{size}x{size}".rjust(12) + f"{whole:10.1f}ms {network:10.1f}ms {whole - network:10.1f}ms")


if __name__ == "__main__":
    main()
