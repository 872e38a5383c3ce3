"""Tables 1 to 5 of the GroupSC paper, our figures beside the published ones.

    python benchmarks/groupsc_tables.py --table 3 --csv tables.csv             a line in the file after each image
    python benchmarks/groupsc_tables.py --table 4 5 --limit 2 --stride 2
    python benchmarks/groupsc_tables.py --sc DIR                               SC from DIR/sc-grey.safetensors and so on

Started again with the same ``--csv``, it goes on where it was stopped. GroupSC comes from the zoo (or, with ``--group
DIR``, from DIR/groupsc-TASK.safetensors; tasks are grey, color, blind, mosaic, jpeg). CBSD68 and Urban100 are not in
the data: tables 1 and 2 show Kodak24 in their place, which is no comparison with the published lines, all for CBSD68.

PSNR is the mean over the images of that of the estimate clipped to [0, 1], neither rounded nor cut at its border. Noise
is NumPy's with seed 0 for each image, in the order of the pixels of a file, not clipped; mosaics have none; JPEG is
Pillow's, of the grey image, at the qualities of the table.
"""

import argparse
import csv
import hashlib
import math
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor

from _groupsc_published import PUBLISHED
from preimage import zoo
from preimage.datasets import load_images
from preimage.denoisers import PatchCovarianceNoiseEstimator
from preimage.metric import PSNR
from preimage.models import SC, GroupSC, Search
from preimage.models.sparse.levels import jpeg_level
from preimage.physics import Demosaicing
from preimage.training.recipes.groupsc.degradations import compression

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "test"
COLUMNS = ["table", "method", "weights", "setting", "image", "psnr", "seconds"]


def noisy(clean: Tensor, setting: str) -> Tensor:
    """White Gaussian noise."""
    sigma = float(setting) / 255
    noise = np.random.RandomState(0).normal(0, sigma, (*clean.shape[-2:], clean.shape[1]))
    return (clean.double() + torch.from_numpy(noise).permute(2, 0, 1)).float()


def compressed(clean: Tensor, setting: str) -> Tensor:
    """JPEG."""
    pixels = (clean[0] * 255).round().to(torch.uint8)
    return compression(pixels, int(setting))[None] / 255


def mosaicked(clean: Tensor, setting: str) -> Tensor:
    """The samples of a Bayer sensor."""
    return Demosaicing().A(clean)


def at_known_noise(model: SC, y: Tensor, setting: str) -> Tensor:
    """Denoised."""
    return model(y, float(setting) / 255)


def at_estimated_noise(model: SC, y: Tensor, setting: str) -> Tensor:
    """Denoised at the level that the estimator finds."""
    return model(y, PatchCovarianceNoiseEstimator()(y))


def at_known_quality(model: SC, y: Tensor, setting: str) -> Tensor:
    """Deblocked."""
    return model(y, jpeg_level(float(setting)))


def demosaicked(model: SC, y: Tensor, setting: str) -> Tensor:
    """All colours."""
    return model.reconstruct(y, Demosaicing())


@dataclass(frozen=True)
class Table:
    """One table of the paper.

    Attributes:
        title: with the set that the published figures are for.
        task: whose weights are used, and those of which task if there are none.
        folder: the set that ours are for.
        channels: of its images.
        degrade, restore: what is done to them at a setting.
        settings: columns.
    """

    title: str
    task: tuple[str, ...]
    folder: str
    channels: int
    degrade: Callable[[Tensor, str], Tensor]
    restore: Callable[[SC, Tensor, str], Tensor]
    settings: tuple[str, ...]


TABLES = {
    1: Table(
        "blind colour denoising, CBSD68, noise level estimated", ("blind", "color"), "Kodak24", 3,
        noisy, at_estimated_noise, ("5", "10", "15", "20", "25"),
    ),
    2: Table(
        "colour denoising, CBSD68", ("color",), "Kodak24", 3,
        noisy, at_known_noise, ("5", "10", "15", "25", "30", "50"),
    ),
    3: Table(
        "grey denoising, BSD68", ("grey",), "BSD68", 1,
        noisy, at_known_noise, ("5", "15", "25", "50"),
    ),
    4: Table(
        "JPEG artefacts, classic5", ("jpeg",), "classic5", 1,
        compressed, at_known_quality, ("10", "20", "30", "40"),
    ),
    5: Table(
        "demosaicking (the paper has BSD68 and Urban100, too)", ("mosaic",), "Kodak24", 3,
        mosaicked, demosaicked, ("Kodak24",),
    ),
}  # fmt: skip


class Scores:
    """PSNR and seconds by table, method, weights, setting and image; each goes to a file as soon as it is known."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.known: dict[tuple[str, ...], tuple[float, float]] = {}
        if path is None:
            return
        text = path.read_text() if path.exists() else ",".join(COLUMNS) + "\n"
        path.write_text(text[: text.rfind("\n") + 1])  # the last line of a run that was killed may be short
        with path.open(newline="") as file:
            for row in csv.DictReader(file):
                self.known[tuple(row[name] for name in COLUMNS[:-2])] = float(row["psnr"]), float(row["seconds"])

    def add(self, key: tuple[str, ...], psnr: float, seconds: float) -> None:
        """Remember one."""
        self.known[key] = psnr, seconds
        if self.path is not None:
            with self.path.open("a", newline="") as file:
                csv.writer(file).writerow([*key, f"{psnr:.5f}", f"{seconds:.2f}"])

    def mean(self, keys: Iterable[tuple[str, ...]]) -> float:
        """Mean PSNR of those known."""
        found = [self.known[key][0] for key in keys if key in self.known]
        return sum(found) / len(found) if found else math.nan


def from_file(path: Path, channels: int) -> SC:
    """The model that a file holds."""
    state = load_file(path)
    levels, n_steps, atoms = state["thresholds"].shape
    patch = math.isqrt(state["encoder"].shape[0] // channels)
    sizes = (channels, patch, atoms, n_steps, [float(level) for level in state["levels"]])
    model = GroupSC(*sizes, search=Search(renew="renewal" in state)) if "scale" in state else SC(*sizes)
    missing, unexpected = model.load_state_dict(state, strict=False)
    if set(missing) - {"initial"} or unexpected:
        raise SystemExit(f"{path} must hold an SC or GroupSC, lacks {missing}, has {unexpected} besides")
    assert len(model.levels) == levels
    return model


def models(args: argparse.Namespace, table: Table) -> dict[str, tuple[SC, str]]:
    """SC and GroupSC, as far as there are weights, and what tells weights and settings apart."""
    found: dict[str, tuple[SC, str]] = {}
    for method, folder, prefix in (("SC (here)", args.sc, "sc"), ("GroupSC (here)", args.group, "groupsc")):
        for task in table.task:
            name = f"{prefix}-{task}"
            path = folder / f"{name}.safetensors" if folder else None
            if path is not None and path.exists():
                model, mark = from_file(path, table.channels), hashlib.sha256(path.read_bytes()).hexdigest()
            elif path is None and prefix == "groupsc" and name in zoo.names():
                model, mark = zoo.load(name), zoo.describe(name).sha256
            else:
                continue
            assert isinstance(model, SC)
            found[method] = with_stride(model, args.stride), f"{name} {mark[:8]} stride {args.stride} crop {args.crop}"
            break
        else:
            print(f"{method}: no weights for {' or '.join(table.task)}", file=sys.stderr)
    return found


def with_stride(model: SC, stride: int) -> SC:
    """With patches at another distance."""
    if isinstance(model, GroupSC):
        return model.searching(patch_stride=stride)
    model.patch_stride = stride
    return model


def central(image: Tensor, side: int | None) -> Tensor:
    """The middle of an image, starting at even rows and columns."""
    if side is None:
        return image
    top, left = (max(0, (length - side) // 4 * 2) for length in image.shape[-2:])
    return image[:, top : top + side, left : left + side]


def score(estimate: Tensor, clean: Tensor) -> float:
    """PSNR in dB, clipped."""
    return float(PSNR()(estimate.double().clamp(0, 1), clean.double()))


@torch.no_grad()
def run(number: int, table: Table, args: argparse.Namespace, scores: Scores) -> None:
    """Score what is not known, then print the table."""
    images = load_images(DATA / table.folder, table.channels)[: args.limit]
    images = [central(image, args.crop) for image in images]
    settings = [s for s in table.settings if not args.sigma or s in args.sigma or len(table.settings) == 1]
    used = models(args, table)
    for setting in settings:
        for index, pixels in enumerate(images):
            clean = pixels[None] / 255
            y = table.degrade(clean, setting)
            if y.shape == clean.shape:
                scores.known[str(number), "measured", "", setting, str(index)] = score(y, clean), 0.0
            for method, (model, mark) in used.items():
                key = (str(number), method, mark, setting, str(index))
                if key in scores.known:
                    continue
                started = time.perf_counter()
                psnr = score(table.restore(model, y, setting), clean)
                seconds = time.perf_counter() - started
                scores.add(key, psnr, seconds)
                place = f"{setting}, image {index + 1} of {len(images)}"
                print(f"table {number}, {place}, {method}: {psnr:.2f} dB, {seconds:.1f} s", file=sys.stderr, flush=True)
    marks = {"measured": "", **{method: mark for method, (_, mark) in used.items()}}
    print_table(number, table, settings, marks, scores, len(images))


def print_table(
    number: int, table: Table, settings: list[str], marks: dict[str, str], scores: Scores, count: int
) -> None:
    """Published lines first, then ours, the means over the first ``count`` images."""
    print(f"\nTable {number}: {table.title}")
    print(f"{'published':24}" + "".join(f"{setting:>9}" for setting in settings))
    for method, values in PUBLISHED[number].items():
        cells = dict(zip(table.settings, values, strict=True))
        print(line(method, [cells[setting] for setting in settings]))
    total = len(list((DATA / table.folder).iterdir()))
    differs = "" if table.folder in table.title or number == 5 else ": another set, not to be compared with the above"
    print(f"-- here, on {table.folder}{differs}" + (f"; the first {count} of {total} images" if count < total else ""))
    for method, mark in marks.items():
        means = [scores.mean((str(number), method, mark, s, str(index)) for index in range(count)) for s in settings]
        print(line(method, means) + f"  {mark}")
    sys.stdout.flush()


def line(method: str, values: Iterable[float]) -> str:
    """One line."""
    return f"{method:24}" + "".join(f"{'-' if math.isnan(value) else f'{value:.2f}':>9}" for value in values)


def main() -> None:
    """Print the tables asked for."""
    parser = argparse.ArgumentParser(description="Tables 1 to 5 of the GroupSC paper with our figures.")
    parser.add_argument("--table", nargs="+", type=int, choices=TABLES, default=list(TABLES))
    parser.add_argument("--stride", type=int, default=1, help="distance of patches; 2 is four times as fast and more")
    parser.add_argument("--limit", type=int, help="images of each set")
    parser.add_argument("--crop", type=int, help="only the middle of each image, so many pixels high and wide")
    parser.add_argument("--sigma", nargs="+", help="some of the settings: noise levels of 255, or JPEG qualities")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--csv", type=Path, help="appended to after each image; known images are not restored again")
    parser.add_argument("--sc", type=Path, help="folder of sc-TASK.safetensors")
    parser.add_argument("--group", type=Path, help="folder of groupsc-TASK.safetensors, in place of the zoo")
    args = parser.parse_args()
    if not DATA.is_dir():
        parser.error(f"the test sets must be in {DATA}")
    torch.set_num_threads(args.threads)
    scores = Scores(args.csv)
    for number in args.table:
        run(number, TABLES[number], args, scores)


if __name__ == "__main__":
    main()
