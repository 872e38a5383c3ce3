"""The deep image prior: how fast, how well it stops, and the publication's figures and tables.

    python benchmarks/dip.py speed                         our setting and the publication's, in one run
    python benchmarks/dip.py stop --task blurred           our stop beside the best picture of its own run; averages
    python benchmarks/dip.py missing --pictures 01 02      half of the pixels missing, table 1 of the publication
    python benchmarks/dip.py superresolution               Set5, four times as many pixels along each axis
    python benchmarks/dip.py impedance --plot curves.png   figure 2: an image, with noise, shuffled, and noise

Noise is drawn by torch's generator with seed 0 and clipped to [0, 1] with the picture, as in the publication. PSNR is
that of the exponential average, clipped. Times are those of the steps alone, without what this script measures.
"""

import argparse
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from preimage.metric import PSNR
from preimage.models import DeepImagePrior
from preimage.models.dip import DiscrepancyStop, Drawn, EarlyStopping, HeldOut, LastStep, MovingVariance, published
from preimage.physics import BlurFFT, Denoising, GaussianNoise, Inpainting, LinearPhysics, kernels
from preimage.restore import superresolve
from preimage.restore.methods.dip import settings
from preimage.restore.methods.dip.method import Dip
from preimage.solve import Solution

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

# Table 1 of the publication: PSNR in dB with half of the pixels missing; the pictures of it that are in Set12. There
# they have 512x512 pixels, but house, peppers and cameraman, which have 256x256.
TABLE_1 = {
    "01": ("cameraman", 29.80), "02": ("house", 39.16), "03": ("peppers", 33.05), "08": ("lena", 36.16),
    "09": ("barbara", 32.22), "10": ("boat", 33.06), "11": ("man", 32.20), "12": ("couple", 32.52),
}  # fmt: skip


def picture(path: Path, channels: int, size: int | None, crop: bool) -> Tensor:
    """(1, C, H, W) in [0, 1]; its middle, or all of it made smaller."""
    with Image.open(path) as file:
        image = file.convert("L" if channels == 1 else "RGB")
    if size and crop:
        left, top = (image.width - size) // 2, (image.height - size) // 2
        image = image.crop((left, top, left + size, top + size))
    elif size and image.size != (size, size):
        image = image.resize((size, size), Image.Resampling.LANCZOS)
    array = np.array(image).reshape(image.height, image.width, channels)
    return torch.from_numpy(array).permute(2, 0, 1)[None] / 255


def psnr(x_hat: Tensor, x: Tensor) -> float:
    """In dB, clipped."""
    return float(PSNR()(x_hat.clamp(0, 1), x))


def as_drawn(x: Tensor) -> Tensor:
    """What is looked at of a picture, where nothing has to be done to it."""
    return x


@dataclass
class Watched:
    """A run, and how good its pictures were, ``finished``."""

    truth: Tensor
    finished: Callable[[Tensor], Tensor] = as_drawn
    last: list[float] = field(default_factory=list)
    average: list[float] = field(default_factory=list)
    result: list[float] = field(default_factory=list)

    def __call__(self, step: int, state: Drawn) -> None:
        """Note the scores of a step."""
        for scores, x in ((self.last, state.last), (self.average, state.average), (self.result, state.x)):
            scores.append(psnr(self.finished(x), self.truth))


@dataclass(frozen=True)
class Problem:
    """A picture, how it is measured, and the two settings."""

    x: Tensor
    y: Tensor
    physics: LinearPhysics
    start: float
    plain: DeepImagePrior
    ours: DeepImagePrior
    finished: Callable[[Tensor], Tensor] = as_drawn


def run(prior: DeepImagePrior, problem: Problem, label: str) -> tuple[Solution, Watched, np.ndarray]:
    """The solution, what it was worth step by step, and the seconds passed."""
    watched = Watched(problem.x, problem.finished)
    tell = Progress(label, prior.fit.max_steps, watched)
    solution = prior.solve(problem.y, problem.physics, [watched, tell])
    print("\r" + " " * 70, end="\r", file=sys.stderr)
    return solution, watched, solution.history.seconds.cumsum(0).numpy()


@dataclass
class Progress:
    """A line on standard error, now and then."""

    label: str
    steps: int
    watched: Watched

    def __call__(self, step: int, state: Drawn) -> None:
        """Say how far the run is."""
        if step % 50 == 0:
            print(f"\r{self.label}: {step}/{self.steps}, {self.watched.average[-1]:.2f} dB", end="", file=sys.stderr)


def denoising(args: argparse.Namespace) -> Problem:
    """A picture with white noise, with noise that goes on from pixel to pixel, or after JPEG."""
    x = picture(DATA / args.picture, 3, args.size, crop=True)
    rng, sigma = torch.Generator().manual_seed(0), args.level / 255
    if args.task == "jpeg":
        file = io.BytesIO()
        Image.fromarray(to_uint8(x)).save(file, "JPEG", quality=args.quality)
        with Image.open(file) as image:
            y = from_uint8(np.array(image))
        return Problem(
            x, y, Denoising(), psnr(y, x), published.jpeg_restoration(), settings.prior_for_artefacts("fast")
        )
    noise = torch.randn(x.shape, generator=rng)
    if args.task == "blurred":
        noise = BlurFFT(kernels.gaussian_blur(0.8)).A(noise)
        noise = noise / noise.std()
    y = (x + sigma * noise).clamp(0, 1)
    plain, ours = published.denoising(sigma), settings.prior_for_noise("fast", sigma)
    return Problem(x, y, Denoising(GaussianNoise(sigma)), psnr(y, x), plain, ours)


def missing(args: argparse.Namespace, name: str = "03") -> Problem:
    """A picture of Set12 with half of its pixels missing."""
    x = picture(DATA / "test" / "Set12" / f"{name}.png", 1, args.size, crop=False)
    physics = Inpainting(torch.rand(x.shape[-2:], generator=torch.Generator().manual_seed(0)) < 0.5)
    y = physics.A(x)
    ours = settings.prior_for_missing("fast", physics.mask[0, 0] == 0, 0.0)
    ours = settings.start_from(ours, args.weights) if args.weights else ours
    # What was seen is known.
    return Problem(x, y, physics, psnr(y, x), published.missing_pixels(), ours, lambda x: torch.where(y > 0, y, x))


def print_speed(args: argparse.Namespace) -> bool:
    """Seconds to 95 % of the most that the publication's setting ever gains, and to all of it: its own and ours."""
    problem = missing(args) if args.task == "missing" else denoising(args)
    plain = replace(problem.plain.fit, precision="float32", max_steps=args.steps or problem.plain.fit.max_steps)
    priors = {"publication": with_fit(problem.plain, plain), "ours": problem.ours}
    print(f"{args.task}, {problem.x.shape[-1]}x{problem.x.shape[-2]}, {torch.get_num_threads()} threads")
    print(f"{'':14}{'steps':>7}{'s / step':>10}{'seconds':>9}{'dB':>8}{'to 95 %':>9}{'to all':>9}  stopped")
    goal, reached = float("nan"), {}
    for name, prior in priors.items():
        solution, watched, seconds = run(prior, problem, name)
        goal = max(watched.average) if name == "publication" else goal
        almost = first(watched.average, problem.start + 0.95 * (goal - problem.start), seconds)
        reached[name] = first(watched.average, goal, seconds)
        print(
            f"{name:14}{len(seconds):7d}{seconds[-1] / len(seconds):10.3f}{seconds[-1]:9.0f}{watched.result[-1]:8.2f}"
            f"{almost:9.0f}{reached[name]:9.0f}  {solution.reason[0]}",
            flush=True,
        )
    ratio = reached["publication"] / reached["ours"]
    print(f"the publication's {goal:.2f} dB (from {problem.start:.2f}) {ratio:.1f} times as fast")
    return ratio >= 3


def with_fit(prior: DeepImagePrior, fit: object) -> DeepImagePrior:
    """The same prior, fitted otherwise."""
    return DeepImagePrior(prior.network, prior.source, fit, prior.stop, prior.penalty, prior.shape)  # pyright: ignore


def first(scores: list[float], level: float, seconds: np.ndarray) -> float:
    """When ``level`` was reached, infinite if never."""
    return next((float(t) for t, score in zip(seconds, scores, strict=True) if score >= level), float("inf"))


def print_stop(args: argparse.Namespace) -> bool:
    """How far the result is from the best average of its run, for each rule; last, average, average of runs."""
    problem, is_good, results = denoising(args), True, []
    base = problem.plain if args.setting == "paper" else problem.ours
    fit = replace(base.fit, max_steps=args.steps or base.fit.max_steps, runs=1)
    rule = RULES[args.rule]() if args.rule else base.stop
    for seed in range(args.runs):
        prior = DeepImagePrior(base.network, base.source, replace(fit, seed=seed), rule)
        solution, watched, seconds = run(prior, problem, f"run {seed + 1}")
        best, lost = max(watched.average), max(watched.average) - watched.result[-1]
        results.append((watched.last[-1], solution.x))
        is_good &= lost <= 0.3
        print(
            f"run {seed + 1}: {solution.reason[0]}, {seconds[-1]:.0f} s; result {watched.result[-1]:.2f} dB, best of "
            f"the run {best:.2f} at step {1 + int(np.argmax(watched.average))}, last picture {watched.last[-1]:.2f} "
            f"(best {max(watched.last):.2f}), last average {watched.average[-1]:.2f}",
            flush=True,
        )
    mean = torch.stack([x for _, x in results]).mean(0)
    last, one, together = results[0][0], psnr(results[0][1], problem.x), psnr(mean, problem.x)
    print(f"last {last:.2f} < average {one:.2f} < {args.runs} runs averaged {together:.2f}")
    return is_good and last < one and (args.runs < 2 or one < together)


def print_missing(args: argparse.Namespace) -> bool:
    """Table 1: what is reached in how many steps, and when 0.7 dB below what was published.

    The pixels that were seen are put back; without that, the result is as in the column "drawn".
    """
    print(f"{'':10}{'published':>10}{'drawn':>8}{'reached':>9}{'best':>8}{'steps':>7}{'seconds':>9}  within 0.7 dB at")
    rows, wanted = [], args.pictures or list(TABLE_1)
    for name in wanted:
        title, value = TABLE_1[name]
        problem = missing(args, name)
        prior = problem.plain if args.setting == "paper" else problem.ours
        fit = prior.fit if args.steps is None else replace(prior.fit, max_steps=args.steps)
        solution, watched, seconds = run(with_fit(prior, fit), problem, title)
        rows.append((value, watched.result[-1]))
        figures = f"{psnr(solution.x, problem.x):8.2f}{watched.result[-1]:9.2f}{max(watched.average):8.2f}"
        near = next((step for step, score in enumerate(watched.average) if score >= value - 0.7), None)
        there = "never" if near is None else f"step {near + 1}, {seconds[near]:.0f} s"
        print(f"{title:10}{value:10.2f}{figures}{len(seconds):7d}{seconds[-1]:9.0f}  {there}", flush=True)
    printed, reached = np.mean(rows, 0)
    print(f"{'mean':10}{printed:10.2f}{'':8}{reached:9.2f}")
    return bool(reached >= printed - 0.7)


def print_superresolution(args: argparse.Namespace) -> bool:
    """Set5, made smaller by Lanczos' filter: PSNR of luma, without a border of 4 pixels, beside bicubic."""
    is_good = True
    print(f"{'':14}{'bicubic':>9}{'reached':>9}{'seconds':>9}")
    for path in sorted((DATA / "test" / "Set5").iterdir())[: args.limit]:
        x = picture(path, 3, args.size, crop=False)
        size = (args.size // 4, args.size // 4)
        small = Image.fromarray(to_uint8(x)).resize(size, Image.Resampling.LANCZOS)
        bicubic = np.array(small.resize((args.size, args.size), Image.Resampling.BICUBIC))
        method = Dip("paper" if args.setting == "paper" else "fast")
        restored = superresolve(np.array(small), 4, method=method, steps=args.steps)
        before, after = (luma_psnr(from_uint8(array), x) for array in (bicubic, restored.image))
        print(
            f"{path.stem:14}{before:9.2f}{after:9.2f}{restored.record.seconds:9.0f}  {restored.record.stopped}",
            flush=True,
        )
        is_good &= after > before
    return is_good


def to_uint8(x: Tensor) -> np.ndarray:
    """(H, W, C)."""
    return x[0].permute(1, 2, 0).clamp(0, 1).mul(255).round().byte().numpy()


def from_uint8(array: np.ndarray) -> Tensor:
    """(1, C, H, W)."""
    return torch.from_numpy(array).permute(2, 0, 1)[None] / 255


def luma_psnr(x_hat: Tensor, x: Tensor) -> float:
    """PSNR of ITU-R 601 luma in studio range, without a border of 4 pixels."""
    weights = torch.tensor([65.481, 128.553, 24.966]).reshape(1, 3, 1, 1) / 255
    inner = [(image.clamp(0, 1) * weights).sum(1, keepdim=True)[..., 4:-4, 4:-4] for image in (x_hat, x)]
    return psnr(*inner)


def print_impedance(args: argparse.Namespace) -> bool:
    """Figure 2: the error against the number of steps for four targets; whether it is always in the published order.

    From a tenth of the steps on, and before the network has learned all by heart, which for small pictures is soon.
    """
    steps = args.steps or 250
    curves = impedance(denoising(args).x, steps)
    for name, curve in curves.items():
        print(f"{name:16}" + "".join(f"{curve[k]:10.5f}" for k in range(steps // 10, steps, max(steps // 8, 1))))
    if args.plot:
        draw(curves, args.plot)
    smooth = [np.convolve(curve[steps // 10 :], np.full(15, 1 / 15), "valid") for curve in curves.values()]
    return all(bool((easier < harder).all()) for easier, harder in pairwise(smooth))


def impedance(x: Tensor, steps: int) -> dict[str, list[float]]:
    """The mean squared error step by step, for each target of the figure, by the publication's network."""
    rng = torch.Generator().manual_seed(0)
    shuffled = x.flatten(2)[:, :, torch.randperm(x.shape[-1] * x.shape[-2], generator=rng)].reshape(x.shape)
    targets = {
        "image": x,
        "image + noise": (x + 25 / 255 * torch.randn(x.shape, generator=rng)).clamp(0, 1),
        "image shuffled": shuffled,
        "U(0, 1) noise": torch.rand(x.shape, generator=rng),
    }
    base = published.denoising()
    prior = with_fit(base, replace(base.fit, max_steps=steps, input_noise=0.0))
    curves = {}
    for name, target in targets.items():
        history = prior.solve(target, Denoising()).history
        curves[name] = [2 * value / target.numel() for value in history.series["misfit"][:, 0].tolist()]
    return curves


def draw(curves: dict[str, list[float]], path: Path) -> None:
    """The figure."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    for name, curve in curves.items():
        axes.plot(range(1, len(curve) + 1), curve, label=name)
    axes.set(xscale="log", xlabel="step", ylabel="mean squared error", ylim=(0, None))
    axes.legend()
    figure.savefig(path, dpi=120)


RULES: dict[str, Callable[[], EarlyStopping]] = {
    "discrepancy": DiscrepancyStop, "held-out": HeldOut, "none": LastStep, "variance": MovingVariance,
}  # fmt: skip


def main() -> int:
    """Print what was asked for; the exit status says whether it is as it should be."""
    parts = {
        "speed": print_speed, "stop": print_stop, "missing": print_missing, "superresolution": print_superresolution,
        "impedance": print_impedance,
    }  # fmt: skip
    parser = argparse.ArgumentParser(description="The deep image prior.")
    parser.add_argument("part", choices=parts)
    parser.add_argument("--task", choices=["denoising", "blurred", "jpeg", "missing"], default="denoising")
    parser.add_argument("--setting", choices=["paper", "ours"], default="ours")
    parser.add_argument("--rule", choices=RULES, help="that of the setting by default")
    parser.add_argument("--picture", default="dip/denoising/F16_GT.png", help="to be degraded, below shared/data")
    parser.add_argument("--level", type=float, default=25, help="of the noise, of 255")
    parser.add_argument("--quality", type=int, default=10, help="of JPEG")
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--steps", type=int, help="the most steps; those of the setting by default")
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--limit", type=int, help="only so many pictures of Set5")
    parser.add_argument("--pictures", nargs="+", choices=TABLE_1, help="only these of Set12")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--weights", help="of preimage.zoo, where ours is to start from for missing pixels")
    parser.add_argument("--plot", type=Path, help="where to draw the curves")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    return 0 if parts[args.part](args) else 1


if __name__ == "__main__":
    sys.exit(main())
