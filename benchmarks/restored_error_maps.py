"""What makes the error maps of deblurring, enlarging and filling hold, and how much they cover on other pictures.

    python benchmarks/restored_error_maps.py --data ../shared/data --method dpir --task deblur --channels 1 --fit

Of training pictures, degraded at random (`_error_cases.py`), a third tells the 90 % quantile of the error by features
of a pixel (a quantile regression of its logarithm), the others the factor that makes this hold for a new picture
(`preimage.sampling.conformal_factor`). Printed are the row for `weights.toml`, and the share of the pixels of test
pictures that it covers: of all, by the range of noise and by the kind of blur or mask. Without `--fit` the row that
ships is tested. Where pixels are missing and there is no noise, missing ones alone count.
"""

import argparse
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from _error_cases import EDGES, Case, deblurring, enlarging, filling
from preimage.datasets import load_images
from preimage.restore.methods.error_features import error_features, error_terms, hardness
from preimage.restore.methods.error_model import error_model
from preimage.sampling import conformal_factor

SETS = {1: ("Set12", "BSD68"), 3: ("Kodak24",)}
WEIGHTS = {"dpir": {1: "drunet-grey-compact", 3: "drunet-color-compact"}, "usr": {1: "usr-color", 3: "usr-color"}}
Maker = Callable[[Tensor, int, int, int], Case]


@dataclass(frozen=True)
class Measured:
    """Pixels of one restored picture: their terms (K, N) and errors (N,), and the case."""

    features: Tensor
    errors: Tensor
    edge: int
    case: Case
    hardness: float


def measured(case: Case, edge: int, method: str, pixels: int, rng: torch.Generator) -> Measured:
    """Restore a picture, and look at some of its pixels."""
    x = case.run(method=method).image
    problem = case.task.problem(case.y[None], case.sigma)
    features = error_terms(error_features(case.task, problem, x[None]).flatten(1))
    chosen = torch.randperm(x.numel(), generator=rng)[:pixels]
    missing = case.task.hidden()
    if missing is not None and case.sigma == 0:
        chosen = chosen[missing.expand_as(x).flatten()[chosen]]
    errors = (x - case.truth).abs().flatten()[chosen]
    return Measured(features[:, chosen].double(), errors.double(), edge, case, hardness(case.task, problem))


def middle(image: Tensor, side: int) -> Tensor:
    """The middle of an image, at most so large."""
    height, width = (min(side, size) for size in image.shape[-2:])
    top, left = (image.shape[-2] - height) // 2, (image.shape[-1] - width) // 2
    return image[:, top : top + height, left : left + width]


def maker(task: str, factor: int) -> tuple[Maker, tuple[int, ...]]:
    """What degrades a picture, and the ranges of noise."""
    if task == "deblur":
        return deblurring, EDGES
    return (partial(enlarging, factor=factor), EDGES) if task == "superresolve" else (filling, (0, *EDGES))


def quantile_regression(every: Sequence[Measured], level: float = 0.9, width: float = 0.05) -> Tensor:
    """Coefficients for the quantile of the logarithm of the error; pictures count alike."""
    features = torch.cat([one.features for one in every], 1)
    errors = torch.cat([one.errors for one in every]).clamp_min(0.1 / 255).log()
    shares = torch.cat([torch.full_like(one.errors, 1 / len(one.errors)) for one in every])
    mean, spread = features.mean(1, keepdim=True), features.std(1, keepdim=True)
    mean[0], spread[0] = 0, 1
    scaled = (features - mean) / spread.clamp_min(1e-9)
    found = torch.zeros(len(features), dtype=torch.float64)
    found[0] = errors.quantile(level)
    found.requires_grad_()
    optimizer = torch.optim.LBFGS([found], max_iter=60, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        gap = errors - found @ scaled
        each = level * gap + width * F.softplus(-gap / width)
        loss = (shares * each).sum() / shares.sum() + 1e-4 * found[1:].square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)  # pyright: ignore[reportArgumentType]
    slopes = found.detach() / spread[:, 0].clamp_min(1e-9)
    slopes[0] -= (slopes[1:] * mean[1:, 0]).sum()
    return slopes


def calibrated(every: Sequence[Measured], is_fill: bool) -> tuple[Tensor, float]:
    """Coefficients and factor, and print the row."""
    first = {number for number in range(len(every)) if number % 3 == number // 3 % 3}  # a third of each range of noise
    known = [(number in first, one) for number, one in enumerate(every) if len(one.errors) > 8]
    slopes = quantile_regression([one for is_first, one in known if is_first])
    kept = [one for is_first, one in known if not is_first]
    factor = conformal_factor([one.errors for one in kept], [(slopes @ one.features).exp() for one in kept])
    low, high = min(one.hardness for one in every), max(one.hardness for one in every)
    coefficients = ", ".join(f"{float(value):.4f}" for value in slopes)
    noise = f"[{0 if is_fill else 0.5}, {EDGES[-1]}]"
    print(
        f"factor = {factor:.4f}, noise = {noise}, hardness = [{low:.4f}, {high:.4f}], coefficients = [{coefficients}]"
    )
    return slopes, factor


def shares(every: Sequence[Measured], slopes: Tensor, factor: float) -> Iterator[tuple[str, float]]:
    """The share of pixels covered, on the mean over pictures: of all, and of groups."""
    covered = [float((one.errors <= factor * (slopes @ one.features).exp()).double().mean()) for one in every]
    labels = [("all", f"noise to {one.edge}/255", one.case.kind) for one in every]
    for label in dict.fromkeys(itertools.chain(*labels)):
        inside = [share for share, own in zip(covered, labels, strict=True) if label in own]
        yield label, sum(inside) / len(inside)


def main() -> None:
    """Print the row, and what it covers."""
    parser = argparse.ArgumentParser(description="Error maps of restorations.")
    parser.add_argument("--data", type=Path, required=True, help="the folder with train/ and test/")
    parser.add_argument("--method", choices=list(WEIGHTS), default="dpir")
    parser.add_argument("--task", choices=["deblur", "superresolve", "inpaint"], default="deblur")
    parser.add_argument("--factor", type=int, default=2)
    parser.add_argument("--channels", type=int, choices=[1, 3], default=1)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--count", type=int, default=180, help="training pictures")
    parser.add_argument("--side", type=int, default=64, help="of the crops of training pictures")
    parser.add_argument("--test-count", type=int, default=12, help="pictures of each test set")
    parser.add_argument("--test-side", type=int, default=96)
    args = parser.parse_args()
    make, edges = maker(args.task, args.factor)
    rng = torch.Generator().manual_seed(5)
    if args.fit:
        folder = args.data / "train" / ("CBSD400" if args.channels == 3 else "BSD400")
        images = [middle(image, 160) for image in load_images(folder, args.channels)[::2][: args.count]]
        levels = [edges[number % len(edges)] for number in range(len(images))]
        cases = [make(image, args.side, levels[i], 1000 * levels[i] + i) for i, image in enumerate(images)]
        every = [measured(case, edge, args.method, 1500, rng) for case, edge in zip(cases, levels, strict=True)]
        slopes, factor = calibrated(every, args.task == "inpaint")
    else:
        task = make(torch.zeros(args.channels, 160, 160, dtype=torch.uint8), 64, 2, 0).task
        model = error_model(args.method, task, args.channels, WEIGHTS[args.method][args.channels])
        slopes, factor = torch.tensor(model.coefficients, dtype=torch.float64), model.factor
    for name in SETS[args.channels]:
        images = load_images(args.data / "test" / name, args.channels)
        images = [middle(image, 224) for image in images[:: len(images) // args.test_count][: args.test_count]]
        tests = [
            measured(make(image, args.test_side, edge, 77 + 1000 * edge + i), edge, args.method, 6000, rng)
            for i, image in enumerate(images)
            for edge in edges
        ]
        told = shares([one for one in tests if len(one.errors) > 8], slopes, factor)
        print(f"{name}: " + ", ".join(f"{label} {share:.3f}" for label, share in told), flush=True)


if __name__ == "__main__":
    main()
