"""What an iteration costs beside its work: ``python benchmarks/overhead.py``.

The first line counts calls: the functions of preimage, written in Python, that one step of PGD enters (periodic blur,
L1, 64x64). The others are the time of a plug-and-play iteration with and without its denoiser.
"""

import sys
import time
from types import FrameType

import torch
from torch import Tensor

import preimage
from preimage import zoo
from preimage.denoisers import Denoiser
from preimage.fidelity import likelihood
from preimage.optim import DPIR, PGD, L1Prior
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


def calls_of_a_step() -> int:
    """How many functions of preimage a step of PGD enters."""
    y = torch.rand(1, 1, 64, 64, generator=torch.Generator().manual_seed(0))
    f, g = likelihood(BlurFFT(torch.full((9, 9), 1 / 81), GaussianNoise(0.05)), y), L1Prior(0.1)
    algorithm = PGD().prepare(f, g, y)
    state = algorithm.init(y)
    entered: list[str] = []

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(preimage.__path__[0]):
            entered.append(frame.f_code.co_name)

    before = sys.getprofile()
    sys.setprofile(note)
    algorithm.step(f, g, state)
    sys.setprofile(before)
    return len(entered)


@torch.no_grad()
def main() -> None:
    torch.set_num_threads(1)
    print(f"calls in a step of PGD: {calls_of_a_step()}")
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
