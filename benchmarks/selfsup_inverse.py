"""Inverse problems learned from measurements alone: the gap to supervised training.

    python benchmarks/selfsup_inverse.py train inpainting/supervised inpainting/ei     trains; a killed run goes on
    python benchmarks/selfsup_inverse.py table                                         prints what has been trained

The data are grey crops of BSD400, each measured once, and the same measurements for every loss; the test are crops of
BSD68. The network is unrolled: steps of least squares and small residual networks in turn. PSNR is of the modulus
clipped to [0, 1], mean of the crops.
"""

import argparse
import copy
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from preimage.datasets import load_images
from preimage.datasets.draws import generator_of
from preimage.loss import (
    EILoss,
    Loss,
    MCLoss,
    MOEILoss,
    SplitAverage,
    SplittingLoss,
    SupLoss,
    SureGaussianLoss,
    WeightedSplittingLoss,
    mean_mask,
)
from preimage.metric import PSNR
from preimage.physics import MRI, BlurFFT, GaussianNoise, Inpainting, LinearPhysics, Physics
from preimage.physics.generators import (
    BernoulliSplittingMaskGenerator,
    GaussianMaskGenerator,
    GaussianSplittingMaskGenerator,
    MultiplicativeSplittingMaskGenerator,
    ParameterGenerator,
)
from preimage.reconstructor import Reconstructor
from preimage.training import LearningRule, WarmupStableDecay, fit
from preimage.transform import Dihedral, Shift

SIZE, TRAINED, TESTED = 32, 3200, 272
DATA = Path(__file__).parents[2] / "shared" / "data"


class SmallUnrolled(Reconstructor):
    """``x <- x - t_k A^H (A x - y)``, then ``x <- x + net_k(x)``; real and imaginary parts are channels.

    Args:
        channels: of the images, two for complex ones.
        consistent: whether ``x <- x - A^H (A x - y)`` comes last, which puts what was measured back into its place
            where ``A A^H`` keeps or drops each entry, as masks and masked spectra do.
        steps: how many of both.
        width: channels of the networks.
    """

    def __init__(self, channels: int, consistent: bool = False, steps: int = 3, width: int = 24) -> None:
        super().__init__()
        self.channels = channels
        self.consistent = consistent
        self.steps = steps
        self.width = width
        self.sizes = nn.Parameter(torch.ones(steps))
        self.networks = nn.ModuleList(_residual(channels, width) for _ in range(steps))

    def forward(self, y: Tensor, physics: Physics) -> Tensor:
        """The reconstruction of each measurement, of an operator of norm one."""
        assert isinstance(physics, LinearPhysics)
        x = physics.A_adjoint(y)
        for size, network in zip(self.sizes, self.networks, strict=True):
            x = x - size * physics.A_adjoint(physics.A(x) - y)
            parts = torch.cat([x.real, x.imag], 1) if x.is_complex() else x
            change = network(parts)
            x = x + (torch.complex(*change.chunk(2, 1)) if x.is_complex() else change)
        return x - physics.A_adjoint(physics.A(x) - y) if self.consistent else x


def _residual(channels: int, width: int) -> nn.Sequential:
    layers = [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
    for _ in range(2):
        layers += [nn.Conv2d(width, width, 3, padding=1), nn.ReLU()]
    last = nn.Conv2d(width, channels, 3, padding=1)
    nn.init.zeros_(last.weight)
    assert last.bias is not None
    nn.init.zeros_(last.bias)
    return nn.Sequential(*layers, last)


@dataclass(frozen=True)
class Method:
    """A loss, and the reconstructor that a network trained by it is used as."""

    loss: Callable[[], Loss]
    at_test: Callable[[Reconstructor], Reconstructor] | None = None


@dataclass(frozen=True)
class Problem:
    """A row of the table.

    Attributes:
        physics: makes the operator and its noise.
        methods: losses by name.
        parameters: what differs from sample to sample.
        is_complex: whether images have a phase.
        consistent: whether the network ends with a step of data consistency, for every loss.
    """

    physics: Callable[[], LinearPhysics]
    methods: dict[str, Method]
    parameters: ParameterGenerator | None = None
    is_complex: bool = False
    consistent: bool = False


MASK = torch.rand(SIZE, SIZE, generator=torch.Generator().manual_seed(1)) < 0.7
COLUMNS = GaussianMaskGenerator((SIZE, SIZE), 4.0)
POINTS = BernoulliSplittingMaskGenerator((1, SIZE, SIZE), 0.7)
CENTRED = GaussianSplittingMaskGenerator((1, SIZE, SIZE), 0.7)  # the lowest frequencies are always shown


class Points(ParameterGenerator):
    """Points of k-space, each measured with a chance of its own, as of two phase-encoding directions.

    Args:
        chance: (H, W), in [0, 1].
    """

    def __init__(self, chance: Tensor) -> None:
        super().__init__()
        self.chance = chance

    def draw_batch(self, batch: int, rng: torch.Generator | None) -> dict[str, Tensor]:
        """Masks (B, 1, H, W)."""
        return {"mask": (torch.rand(batch, 1, *self.chance.shape, generator=rng) < self.chance).float()}


def density(share: float = 0.25, width: float = 0.35) -> Tensor:
    """Chances that fall as a Gaussian from a middle that is always measured, of this mean."""
    axis = (torch.arange(SIZE) - SIZE // 2) / (SIZE / 2)
    fall = torch.exp(-(axis[:, None] ** 2 + axis**2) / (2 * width**2)).clamp_min(0.05)
    scale = 1.0
    for _ in range(50):
        scale *= share / float((scale * fall).clamp_max(1).mean())
    return (scale * fall).clamp_max(1)


DENSITY = density()
SHOWN = torch.where(DENSITY < 1, 0.8, 1.0)  # of the points measured
SINGLE = MultiplicativeSplittingMaskGenerator((1, SIZE, SIZE), Points(SHOWN))
AGAIN = GaussianMaskGenerator((SIZE, SIZE), 4 / 3)  # three columns of four, the middle among them
LINES = MultiplicativeSplittingMaskGenerator((1, SIZE, SIZE), AGAIN)
MOTION = torch.full((1, 7), 1 / 7)


def weighted() -> WeightedSplittingLoss:
    """Whole lines are kept back, and each counts as often as it is not shown."""
    rng = torch.Generator().manual_seed(2)
    return WeightedSplittingLoss(LINES, mean_mask(COLUMNS, 4000, rng), mean_mask(AGAIN, 4000, rng))


PROBLEMS = {
    "inpainting": Problem(
        lambda: Inpainting(MASK),
        {
            "supervised": Method(SupLoss),
            "consistency": Method(MCLoss),
            "ei": Method(lambda: MCLoss() + EILoss(Shift() * Dihedral())),
            "splitting": Method(lambda: SplittingLoss(POINTS), lambda net: SplitAverage(net, POINTS, 8)),
        },
    ),
    "mri": Problem(
        lambda: MRI(torch.ones(SIZE, SIZE), GaussianNoise(0.005)),
        {
            "supervised": Method(SupLoss),
            "consistency": Method(MCLoss),
            "ssdu": Method(lambda: SplittingLoss(CENTRED), lambda net: SplitAverage(net, CENTRED, 8)),
            "moei": Method(lambda: MCLoss() + MOEILoss(Shift() * Dihedral(), COLUMNS)),
            "splitting": Method(lambda: SplittingLoss(POINTS), lambda net: SplitAverage(net, POINTS, 8)),
        },
        COLUMNS,
        is_complex=True,
    ),
    "mri-lines": Problem(
        lambda: MRI(torch.ones(SIZE, SIZE), GaussianNoise(0.005)),
        {
            "supervised": Method(SupLoss),
            "weighted": Method(weighted, lambda net: SplitAverage(net, LINES, 8)),
            "splitting": Method(lambda: SplittingLoss(LINES), lambda net: SplitAverage(net, LINES, 8)),
            "moei": Method(lambda: MCLoss() + MOEILoss(Shift() * Dihedral(), COLUMNS)),
        },
        COLUMNS,
        is_complex=True,
        consistent=True,
    ),
    "mri-points": Problem(
        lambda: MRI(torch.ones(SIZE, SIZE), GaussianNoise(0.005)),
        {
            "supervised": Method(SupLoss),
            "splitting": Method(lambda: SplittingLoss(SINGLE), lambda net: SplitAverage(net, SINGLE, 8)),
            "weighted": Method(
                lambda: WeightedSplittingLoss(SINGLE, DENSITY, SHOWN), lambda net: SplitAverage(net, SINGLE, 8)
            ),
        },
        Points(DENSITY),
        is_complex=True,
        consistent=True,
    ),
    "deblurring": Problem(
        lambda: BlurFFT(MOTION, GaussianNoise(0.01)),
        {
            "supervised": Method(SupLoss),
            "sure": Method(SureGaussianLoss),
            "sure+ei": Method(lambda: SureGaussianLoss() + EILoss(Dihedral())),
        },
    ),
}


@dataclass(frozen=True)
class Pairs:
    """Images, their measurements, and the parameters of the physics of each."""

    x: Tensor
    y: Tensor
    parameters: dict[str, Tensor]


def measured(problem: Problem, folder: str, count: int) -> Pairs:
    """So many crops, each with its one measurement, always the same."""
    pictures, crops = load_images(DATA / folder, 1), []
    for index in range(count):
        picture = pictures[index % len(pictures)]
        rng = generator_of(f"crops of {folder}", 0, 0, index)
        top, left = (int(torch.randint(n - SIZE + 1, (), generator=rng)) for n in picture.shape[1:])
        x = picture[:, top : top + SIZE, left : left + SIZE].float() / 255
        crops.append(x * phase(rng) if problem.is_complex else x)
    x, rng = torch.stack(crops), generator_of(f"measurements of {folder}", 0, 0, 0)
    parameters = problem.parameters(count, rng) if problem.parameters is not None else {}
    y = problem.physics()(x, rng, **parameters)
    assert isinstance(y, Tensor)
    return Pairs(x, y, parameters)


def phase(rng: torch.Generator) -> Tensor:
    """A smooth phase, as coils give images."""
    offset, down, right = (torch.rand(3, generator=rng) * 2 - 1).tolist()
    t = torch.linspace(-1, 1, SIZE)
    angle = math.pi * offset + down * t[:, None] + right * t
    return torch.polar(torch.ones_like(angle), angle)


class Pair(nn.Module):
    """What is trained: the network, and what the loss itself has to learn."""

    def __init__(self, network: SmallUnrolled, loss: Loss) -> None:
        super().__init__()
        self.network = network
        self.loss = loss


def train(problem: Problem, loss: Loss, out: Path, steps: int, batch: int) -> Reconstructor:
    """Train the network; returns it with averaged weights."""
    torch.manual_seed(0)
    pairs, base = measured(problem, "train/BSD400", TRAINED), problem.physics()
    pair = Pair(SmallUnrolled(2 if problem.is_complex else 1, problem.consistent), loss)
    average = copy.deepcopy(pair)

    def objective(trained: nn.Module, step: int) -> Tensor:
        assert isinstance(trained, Pair)
        which = torch.randint(TRAINED, (batch,), generator=generator_of("batches", 0, 0, step))
        physics = base.replace(**{name: value[which] for name, value in pairs.parameters.items()})
        x, y, network = pairs.x[which], pairs.y[which], trained.network
        estimate = network(y, physics) if loss.needs_estimate else None
        rng = generator_of("loss", 0, 0, step)
        return loss(estimate, x if loss.needs_truth else None, y, physics, network, rng=rng).mean()

    rule = LearningRule([torch.optim.Adam(pair.parameters(), lr=1e-3)], WarmupStableDecay(steps, decay=0.6), 0.995)
    began = time.process_time()
    result = fit(pair, objective, rule, out, ema=average, checkpoint_every=100)
    print(f"{out}: {result.step} steps, {time.process_time() - began:.0f} processor seconds", flush=True)
    return average.network.eval()


@torch.no_grad()
def psnr(problem: Problem, model: Callable[[Tensor, LinearPhysics], Tensor]) -> float:
    """The mean PSNR of the crops for the test, in dB."""
    pairs = measured(problem, "test/BSD68", TESTED)
    x_hat = model(pairs.y, problem.physics().replace(**pairs.parameters))
    images = (x.abs() if problem.is_complex else x for x in (x_hat, pairs.x))
    return float(PSNR()(*(x.clamp(0, 1) for x in images)).mean())


def run(name: str, out: Path, steps: int, batch: int) -> None:
    """Train and test a method of a problem; its figures go to ``out/PROBLEM/METHOD/result.json``."""
    first, second = name.split("/")
    problem = PROBLEMS[first]
    method = problem.methods[second]
    network = train(problem, method.loss(), out / name, steps, batch)
    scores = {"steps": steps, "batch": batch, "network": psnr(problem, network)}
    if method.at_test is not None:
        scores["at_test"] = psnr(problem, method.at_test(network))
    (out / name / "result.json").write_text(json.dumps(scores))
    print(name, scores, flush=True)


def print_table(out: Path) -> None:
    """Print the figures of all that was trained so far, and the gaps to supervised training."""
    print(f"{'problem':12} {'loss':12} {'steps':>6} {'A^+ y':>6} {'network':>8} {'at test':>8} {'gap':>6}")
    for name, problem in PROBLEMS.items():
        start = psnr(problem, lambda y, physics: physics.A_dagger(y))
        found = {method: out / name / method / "result.json" for method in problem.methods}
        scores = {method: json.loads(path.read_text()) for method, path in found.items() if path.exists()}
        for method, score in scores.items():
            best = score.get("at_test", score["network"])
            gap = f"{best - scores['supervised']['network']:6.2f}" if "supervised" in scores else "     ?"
            print(
                f"{name:12} {method:12} {score['steps']:6} {start:6.2f} {score['network']:8.2f} "
                f"{score['at_test'] if 'at_test' in score else float('nan'):8.2f} {gap}"
            )


def main() -> None:
    """Train methods, or print the table."""
    names = [f"{problem}/{method}" for problem in PROBLEMS for method in PROBLEMS[problem].methods]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("action", choices=["train", "table"])
    parser.add_argument("methods", nargs="*", choices=[*names, []], help="PROBLEM/METHOD; all by default")
    parser.add_argument("--out", type=Path, default=Path("runs/selfsup_inverse"))
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    for name in (arguments.methods or names) if arguments.action == "train" else ():
        run(name, arguments.out, arguments.steps, arguments.batch)
    print_table(arguments.out)


if __name__ == "__main__":
    main()
