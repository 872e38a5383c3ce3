"""How soon three problems are solved, beside other libraries: seconds to a relative objective gap.

    python benchmarks/solvers.py --peer scico=/tmp/scico/bin/python --peer pyproximal=/tmp/pyproximal/bin/python

Every peer runs in an environment of its own (the first line of ``benchmarks/peers/with_NAME.py`` says how it is made)
on the same pixels, from the same start, on the same cores; compilation and imports do not count. One function of ours
judges all estimates in double precision: ``(F(x_k) - F*) / F*``, with ``F*`` the least value that a long run of ours
or anybody reached. A "(periodic)" method minimises a total variation that also counts the differences across the
border, and is judged by that functional and its own ``F*``. The peers' parameters are the best of a few tries on
this picture, ours are those a user would write without trying.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.optim import ADMM, FISTA, PDHG, SDMM, TVPrior, Variational, WaveletPrior
from preimage.optim.algorithm import Algorithm
from preimage.optim.algorithm.primal_dual.condat_vu import CondatVu
from preimage.optim.prior.box import Box
from preimage.physics import BlurFFT, Denoising, GaussianNoise, Inpainting, Physics, PoissonNoise

sys.path.insert(0, str(Path(__file__).parent / "peers"))
from _protocol import Watch, measure

PEERS = Path(__file__).parent / "peers"
TARGETS = (1e-2, 1e-3, 1e-4)
BLUR, SIGMA, GAIN, BACKGROUND = 2.0, 0.02, 1 / 200, 0.05


class PeriodicTV(TVPrior):
    """Total variation with the differences across the border, by which periodic methods are judged."""

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        return self.weight * torch.linalg.vector_norm(self.linear(x), dim=2).flatten(1).sum(1)

    def linear(self, x: Tensor) -> Tensor:
        """Periodic forward differences."""
        return torch.stack([x.roll(-1, axis) - x for axis in (2, 3)], 2)

    def linear_adjoint(self, z: Tensor) -> Tensor:
        """Their adjoint."""
        parts = zip(z.unbind(2), (2, 3), strict=True)
        return sum((part.roll(1, axis) - part for part, axis in parts), torch.zeros_like(z[:, :, 0]))


@dataclass(frozen=True)
class Problem:
    """``min_x -log p(y | x) + prior(x)``, ``scale`` times which is what the peers are given."""

    physics: Physics
    y: Tensor
    prior: Any
    start: Tensor
    arrays: dict[str, Any]
    methods: dict[str, tuple[Algorithm | None, Any]]
    reference: Algorithm | None
    scale: float = 1.0
    lowest: Any = -torch.inf

    def objective(self, x: Tensor, periodic: bool = False) -> float:
        """The objective in double precision, offset so that perfect data have none."""
        physics, y = self.physics.double(), self.y.double()
        x = x.double().clamp_min(self.lowest)
        data = physics.noise.nll(physics.A(x), y) - physics.noise.nll(y - self.arrays.get("background", 0), y)
        prior = PeriodicTV(self.prior.weight) if periodic else self.prior
        return float(data + prior(x)) * self.scale


def gaussian(width: float, radius: int) -> Tensor:
    line = torch.exp(-(torch.arange(-radius, radius + 1).double() ** 2) / (2 * width**2))
    return (line[:, None] * line / line.sum() ** 2).float()


def picture(size: int) -> Tensor:
    from skimage import data

    camera = torch.from_numpy(data.camera())[None, None].float() / 255
    return camera[..., 256 - size // 2 :, 256 - size // 2 :][..., :size, :size].contiguous()


def blurring(kernel: Tensor, x: Tensor) -> dict[str, Any]:
    """The kernel as an image whose origin is the first pixel."""
    delta = torch.zeros_like(x)
    delta[..., 0, 0] = 1
    return {"psf": BlurFFT(kernel).A(delta)}


def deblur(x: Tensor) -> Problem:
    """Gaussian blur, Gaussian noise, total variation."""
    physics = BlurFFT(gaussian(BLUR, 8), GaussianNoise(SIGMA))
    y = physics(x, rng=torch.Generator().manual_seed(0))
    weight = 1e-3
    prior = TVPrior(weight / SIGMA**2)
    methods = {
        "SDMM": (SDMM(), prior),
        "PDHG": (PDHG(), prior),
        "CondatVu": (CondatVu(), prior),
        "FISTA": (FISTA(), prior),
        "ADMM": (ADMM(), prior),
    }
    arrays = {"weight": weight, **blurring(physics.kernel, x)}
    return Problem(physics, y, prior, y, arrays, methods, PDHG(step_size=10 * SIGMA**2), SIGMA**2)


def inpaint(x: Tensor, wavelet: str = "db4") -> Problem:
    """Half of the pixels missing, Gaussian noise, sparse wavelet details."""
    generator = torch.Generator().manual_seed(0)
    mask = (torch.rand(x.shape, generator=generator) < 0.5).float()
    sigma, weight = 0.01, 0.01
    physics = Inpainting(mask, GaussianNoise(sigma))
    y = mask * physics(x, rng=generator)
    prior = WaveletPrior(weight / sigma**2, wavelet, 3)
    methods = {"FISTA": (FISTA(), prior), "ADMM": (ADMM(), prior)}
    arrays = {"weight": weight, "mask": mask, "wavelet": wavelet, "level": 3}
    return Problem(physics, y, prior, y, arrays, methods, FISTA(), sigma**2)


def poisson(x: Tensor) -> Problem:
    """Gaussian blur, photon counting with a background, total variation, non-negativity."""
    physics = BlurFFT(gaussian(BLUR, 8), PoissonNoise(GAIN, BACKGROUND))
    y = physics(x, rng=torch.Generator().manual_seed(0))
    prior, positive = TVPrior(1.0), Box(0.0, None)
    start = (y - BACKGROUND).clamp_min(0)
    methods = {"SDMM": (SDMM(constraint=positive), prior), "PDHG": (PDHG(constraint=positive), prior)}
    arrays = {"weight": 1.0, "gain": GAIN, "background": BACKGROUND, **blurring(physics.kernel, x)}
    reference = PDHG(step_size=0.01, constraint=positive)
    return Problem(physics, y, prior, start, arrays, methods, reference, lowest=0)


def denoise(x: Tensor) -> Problem:
    """Total variation of a colour picture of half the size, channel by channel: one prox."""
    from skimage import data

    colour = torch.from_numpy(data.astronaut()[::2, ::2].copy()).movedim(-1, 0)[None].float() / 255
    side = x.shape[-1] // 2
    physics = Denoising(GaussianNoise(1.0))
    y = colour[..., :side, :side] + 0.1 * torch.randn((1, 3, side, side), generator=torch.Generator().manual_seed(0))
    arrays, prior = {"weight": 0.1}, TVPrior(0.1)
    return Problem(physics, y, prior, y, arrays, {"TVPrior.prox": (None, prior)}, None)


PROBLEMS: dict[str, Callable[[Tensor], Problem]] = {
    "deblur": deblur,
    "inpaint": inpaint,
    "inpaint-haar": partial(inpaint, wavelet="haar"),
    "poisson": poisson,
    "denoise": denoise,
}


def ours(problem: Problem, algorithm: Algorithm | None, prior: Any, watch: Watch) -> None:
    """A run of ours as a user would start it; without an algorithm, one prox of a smaller and smaller tolerance."""
    if algorithm is None:
        watch.fresh(lambda n: prior.replace(tol=1 / n).prox(problem.y, 1.0).numpy())
        return
    model = Variational(algorithm, prior, init=lambda y, physics: problem.start, max_steps=10**6, tol=None)
    watch.start()
    model.solve(problem.y, problem.physics, [lambda _, state: watch(state.x, Tensor.numpy)])


@torch.no_grad()
def reference(problem: Problem, steps: int, periodic: bool) -> float:
    """The least objective of a long run in double precision."""
    prior = PeriodicTV(problem.prior.weight) if periodic else problem.prior
    start = problem.start.double()
    if problem.reference is None:
        return problem.objective(prior.replace(tol=1e-7, max_steps=20 * steps).prox(start, 1.0))
    model = Variational(problem.reference, prior, init=lambda y, physics: start, max_steps=steps, tol=None)
    return problem.objective(model.solve(problem.y.double(), problem.physics.double()).x, periodic)


@dataclass(frozen=True)
class Run:
    """A method's estimates, judged."""

    library: str
    method: str
    seconds: list[float]
    values: list[float]
    probe: float | None = None

    @property
    def periodic(self) -> bool:
        """Whether it solves the problem with periodic total variation."""
        return self.method.endswith("(periodic)")


def peers(name: str, python: str, folder: Path, problems: dict[str, Problem], environment: dict[str, str]):
    """The runs of one peer by problem."""
    script = PEERS / f"with_{name}.py"
    done = subprocess.run([python, str(script), str(folder)], env=environment, capture_output=True, text=True)
    if done.returncode:
        print(f"{name} failed after {done.stdout.count(chr(10))} methods:\n{done.stderr[-2000:]}", file=sys.stderr)
    for line in done.stdout.splitlines():
        if not line.startswith("{"):
            continue
        row = json.loads(line)
        problem = problems[row["problem"]]
        estimates = torch.from_numpy(np.load(folder / row["file"])).reshape(-1, *problem.y.shape)
        periodic = row["method"].endswith("(periodic)")
        values = [problem.objective(x, periodic) for x in estimates]
        yield row["problem"], Run(name, row["method"], row["seconds"], values, row["probe"])


def report(name: str, problem: Problem, runs: list[Run], optimum: dict[bool, float], probe: Tensor) -> None:
    """The table of one problem, soonest at 1e-3 first."""
    least = {
        flag: min([value, *(min(run.values) for run in runs if run.periodic == flag)])
        for flag, value in optimum.items()
    }
    print(f"\n{name}: F* = {least[False]:.6g} (long run of ours: + {optimum[False] / least[False] - 1:.1e})")
    print(f"{'':44}" + "".join(f"{target:>10.0e}" for target in TARGETS) + f"{'lowest':>11}{'ms/step':>9}")

    def reached(run: Run, target: float) -> float:
        best = least[run.periodic]
        hits = [s for s, value in zip(run.seconds, run.values, strict=True) if value <= (1 + target) * best]
        return hits[0] if hits else np.inf

    for run in sorted(runs, key=lambda run: reached(run, 1e-3)):
        times = "".join(f"{reached(run, target):>9.2f}s".replace("infs", "   -") for target in TARGETS)
        rest = min(run.values) / least[run.periodic] - 1
        first = 1e3 * run.seconds[min(9, len(run.seconds) - 1)] / min(10, len(run.seconds))
        each = "" if problem.reference is None else f"{first:9.1f}"  # one prox has no steps
        print(f"{run.library + ' ' + run.method:44}{times}{rest:>11.1e}{each}")
        if run.probe is not None:
            expected = problem.objective(probe)
            if abs(run.probe - expected) > 1e-4 * abs(expected):
                print(f"    its objective at a random image is {run.probe:.6g}, ours {expected:.6g}: another problem")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=PYTHON")
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--threads", type=int, default=1, help="cores that every library may use")
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall", help="cpu: for a busy machine, one thread")
    parser.add_argument("--seconds", type=float, default=20, help="the longest run of a method")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--steps", type=int, default=3000, help="steps of the long run")
    parser.add_argument("--problem", action="append", choices=tuple(PROBLEMS))
    options = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])
    torch.set_num_threads(options.threads)
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
    environment = {**os.environ, **dict.fromkeys(names, str(options.threads)), "PYTHONWARNINGS": "ignore"}
    x = picture(options.size)
    problems = {name: PROBLEMS[name](x) for name in options.problem or PROBLEMS}
    settings = {"clock": options.clock, "limit": options.seconds, "repeats": options.repeats}
    probe = torch.rand(x.shape, generator=torch.Generator().manual_seed(1))
    runs: dict[str, list[Run]] = {name: [] for name in problems}
    for name, problem in problems.items():
        for method, (algorithm, prior) in problem.methods.items():
            seconds, estimates = measure(
                lambda _, watch, a=algorithm, g=prior, p=problem: ours(p, a, g, watch), {}, **settings
            )
            values = [problem.objective(x) for x in torch.from_numpy(estimates).reshape(-1, *problem.y.shape)]
            runs[name].append(Run("preimage", method, seconds, values))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "settings.json").write_text(json.dumps(settings))
        for name, problem in problems.items():
            tensors = {"y": problem.y, "start": problem.start, "probe": probe, **problem.arrays}
            arrays = {k: v.squeeze().numpy() if isinstance(v, Tensor) else v for k, v in tensors.items()}
            np.savez(folder / f"{name}.npz", **arrays)
        for peer in options.peer:
            library, python = peer.split("=", 1)
            for name, run in peers(library, python, folder, problems, environment):
                runs[name].append(run)
    for name, problem in problems.items():
        flags = {run.periodic for run in runs[name]} | {False}
        optimum = {flag: reference(problem, options.steps, flag) for flag in flags}
        report(name, problem, runs[name], optimum, probe)


if __name__ == "__main__":
    main()
