"""What a step of every algorithm costs, as a multiple of the operator and prox calls in it: at most 1.1.

    OMP_NUM_THREADS=1 python benchmarks/solver_overhead.py

The functionals are those of the deblurring, inpainting and counting problems of ``benchmarks/solvers.py`` on a 512x512
picture. Each is replaced by one of its own type that times every call to it; the rest of a step is the algorithm's own
arithmetic, the measure of convergence and the loop. Times are processor seconds of one thread, so other programs
disturb little; the ratio of a row is the median over the steps.
"""

import copy
import dataclasses
import functools
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import torch

from preimage.fidelity import Likelihood, likelihood
from preimage.functional import Zero
from preimage.optim import ADMM, DRS, FISTA, GD, HQS, PDHG, PGD, Tikhonov
from preimage.optim.acceleration.anderson import Anderson
from preimage.optim.acceleration.nesterov import Nesterov
from preimage.optim.acceleration.restart import Restarted
from preimage.optim.algorithm.gradient.md import MD
from preimage.optim.algorithm.gradient.pmd import PMD
from preimage.optim.algorithm.primal_dual.condat_vu import CondatVu
from preimage.optim.algorithm.tomographic.mlem import MLEM
from preimage.optim.bregman import BurgEntropy
from preimage.optim.prior.box import Box
from preimage.physics import LinearPhysics
from preimage.solve import iterate
from solvers import GAIN, SIGMA, deblur, inpaint, picture, poisson

LIMIT = 1.1


class Timer:
    """Adds up the time of the outermost calls."""

    def __init__(self) -> None:
        self.total, self.inside = 0.0, False

    def wrap(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """``method``, timed."""

        @functools.wraps(method)
        def timed(*args: Any, **kwargs: Any) -> Any:
            if self.inside:
                return method(*args, **kwargs)
            self.inside, started = True, time.thread_time()
            try:
                return method(*args, **kwargs)
            finally:
                self.total += time.thread_time() - started
                self.inside = False

        return timed

    def watch(self, functional: Any) -> Any:
        """A copy of ``functional``, of a subclass of its type, whose public methods are timed."""
        kind = type(functional)
        named = {
            name: member
            for ancestor in reversed(kind.__mro__)
            if ancestor.__module__.startswith("preimage.") and not ancestor.__module__.endswith("._module")
            for name, member in vars(ancestor).items()
            if callable(member) and not name.startswith("_")
        }
        if isinstance(functional, Likelihood) and isinstance(functional.physics, LinearPhysics):
            functional = functional.replace(physics=self.watch(functional.physics))
        result = copy.copy(functional)
        watched = type(kind.__name__, (kind,), {name: self.wrap(member) for name, member in named.items()})
        object.__setattr__(result, "__class__", watched)
        return result


def multiple(algorithm: Any, f: Any, g: Any, x: torch.Tensor, steps: int) -> tuple[float, float, float]:
    """The median over the steps of their time over that of the calls in them; and both in milliseconds."""
    timer = Timer()
    f, g = timer.watch(f), timer.watch(g)
    if vars(algorithm).get("constraint") is not None:
        algorithm = dataclasses.replace(algorithm, constraint=timer.watch(algorithm.constraint))
    algorithm = algorithm.prepare(f, g, x)
    whole: list[float] = []
    calls: list[float] = []
    timer.total, mark = 0.0, [time.thread_time()]

    def note(number: int, state: Any) -> None:
        whole.append(time.thread_time() - mark[0])
        calls.append(timer.total)
        timer.total = 0.0
        mark[0] = time.thread_time()

    state = algorithm.init(x)
    iterate(lambda s: algorithm.step(f, g, s), state, steps, 1e-12, [note], algorithm.residual)
    pairs = list(zip(whole, calls, strict=True))[5:]
    return median(w / c for w, c in pairs), 1e3 * median(w for w, _ in pairs), 1e3 * median(c for _, c in pairs)


def rows(size: int) -> list[tuple[str, Any, Any, Any, torch.Tensor]]:
    picture_ = picture(size)
    blurred, masked, counted = deblur(picture_), inpaint(picture_), poisson(picture_)
    f, total_variation = likelihood(blurred.physics, blurred.y), blurred.prior
    h, wavelet = likelihood(masked.physics, masked.y), masked.prior
    p = likelihood(counted.physics, counted.y)
    flat = counted.physics.replace(background=0.0)
    q = likelihood(flat, flat(picture_, rng=torch.Generator().manual_seed(0)))
    smooth, long = Tikhonov(1.0), 1e-3
    step, start = SIGMA**2, blurred.y
    positive = counted.start + 0.01
    return [
        ("GD, blur + Tikhonov", GD(), f, smooth, start),
        ("PGD, blur + TV", PGD(), f, total_variation, start),
        ("PGD, blur + wavelets", PGD(), f, wavelet, start),
        ("PGD, mask + wavelets", PGD(), h, wavelet, masked.y),
        ("FISTA, blur + TV", FISTA(), f, total_variation, start),
        ("FISTA, blur + wavelets", FISTA(), f, wavelet, start),
        ("FISTA, mask + wavelets", FISTA(), h, wavelet, masked.y),
        ("restarted FISTA, blur + wavelets", Restarted(FISTA()), f, wavelet, start),
        ("Nesterov on PGD, blur + wavelets", Nesterov(PGD()), f, wavelet, start),
        ("Anderson on PGD, blur + wavelets", Anderson(PGD()), f, wavelet, start),
        ("HQS, blur + wavelets", HQS(step), f, wavelet, start),
        ("ADMM, blur + wavelets", ADMM(), f, wavelet, start),
        ("ADMM, blur + TV", ADMM(), f, total_variation, start),
        ("DRS, blur + wavelets", DRS(), f, wavelet, start),
        ("PDHG, blur + TV", PDHG(), f, total_variation, start),
        ("PDHG, blurred counts + TV, x >= 0", PDHG(constraint=Box(0.0, None)), p, total_variation, counted.start),
        ("CondatVu, blur + TV", CondatVu(), f, total_variation, start),
        ("MD, blurred counts", MD(step_size=long * GAIN, potential=BurgEntropy()), q, Zero(), positive),
        ("PMD, blurred counts", PMD(potential=BurgEntropy()), q, Zero(), positive),
        ("MLEM, blurred counts", MLEM(), q, Zero(), positive),
    ]


@torch.no_grad()
def main(size: int = 512, steps: int = 45) -> None:
    torch.set_num_threads(1)
    large = torch.zeros(31 * 2**18)  # so that the C library keeps freed memory, see benchmarks/speed.py
    del large
    print(f"{'':40}{'multiple':>9}{'ms/step':>9}{'ms calls':>9}")
    for name, algorithm, f, g, x in rows(size):
        ratio, whole, calls = multiple(algorithm, f, g, x, steps)
        print(f"{name:40}{ratio:9.2f}{whole:9.2f}{calls:9.2f}{'' if ratio <= LIMIT else '  over'}", flush=True)


if __name__ == "__main__":
    main()
