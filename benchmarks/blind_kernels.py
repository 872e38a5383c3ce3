"""Blind deblurring: kernels of Levin et al. 2009, Gaussians and disks found, sharp pictures left alone.

    python benchmarks/blind_kernels.py --only levin --csv levin.csv [--limit 200] [--sheet s.png]
    python benchmarks/blind_kernels.py --only shapes --csv shapes.csv
    python benchmarks/blind_kernels.py --only sharp --csv sharp.csv

Crops of 256x256 luma: Set12 02 (house) and 10 (boat), Kodak24 08 and 23. Each is blurred by each kernel of Levin09.mat,
valid convolution, 1 % noise. The error ratio is that of Levin, Weiss, Durand, Freeman, "Understanding and evaluating
blind deconvolution algorithms", CVPR 2009: the squared error of the result with the kernel found by that with the true
one, each at its best displacement of up to 5 pixels in steps of a quarter, the border cut, both deblurred by
``restore.deblur`` (DPIR) as it takes them, with the errors of a kernel that was found as noise beside the noise.
Correlations of kernels are at the best quarter of a pixel. One thread; processor seconds are those of finding the
kernel. A row goes into the file as soon as it is known; rows that are there are not computed again.
"""

import argparse
import csv
import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from preimage import restore
from preimage.blind import KernelEstimate, estimate_kernel
from preimage.blind.kernel.shape import agreement
from preimage.files import ImageFile
from preimage.physics import Blur
from preimage.physics.kernels import gaussian_blur
from preimage.restore import read_kernel
from preimage.restore.tasks.found_kernel import FoundKernel

CROPS = (
    ("Set12/02.png", 0, 0), ("Set12/10.png", 128, 128), ("Kodak24/kodim08.png", 128, 256),
    ("Kodak24/kodim23.png", 100, 250),
)  # fmt: skip
LUMA = torch.tensor([0.299, 0.587, 0.114])
SIGMA, CUT, MOST = 0.01, 20, 5
GOOD, BAD = 3.0, 4.0  # error ratios up to the first are a success; over the second one should be warned
GAUSSIANS, DISKS = (0.8, 1.2, 1.6, 2.0, 2.5, 3.0), (2.0, 3.0, 4.0, 5.0, 6.0)

Row = dict[str, str]


def luma_of(path: Path) -> Tensor:
    """Brightness (H, W) of a file."""
    pixels = ImageFile.read(path).pixels
    return pixels[0] if len(pixels) == 1 else (LUMA[:, None, None] * pixels).sum(0)


def crop(data: Path, name: str, top: int, left: int, side: int = 256) -> Tensor:
    """``side`` x ``side`` pixels, moved into the picture where they would leave it."""
    whole = luma_of(data / "test" / name)
    top, left = (max(min(start, size - side), 0) for start, size in zip((top, left), whole.shape, strict=True))
    return whole[top : top + side, left : left + side]


def measured(x: Tensor, kernel: Tensor, sigma: float, seed: int) -> Tensor:
    """What is left of ``x`` (H, W) after a blur and noise, (1, h, w)."""
    y = Blur(kernel[None, None], "valid").A(x[None, None])[0]
    return y + sigma * torch.randn(y.shape, generator=torch.Generator().manual_seed(seed))


def seen_truth(x: Tensor, kernel: Tensor) -> Tensor:
    """The part of ``x`` (H, W) that lies under the blurred picture."""
    rows, columns = (n // 2 for n in kernel.shape)
    return x[rows : x.shape[0] - rows, columns : x.shape[1] - columns]


def squared_error(image: Tensor, truth: Tensor) -> float:
    """That of the best displacement of ``image`` (1, h, w): of whole pixels first, then of halves and quarters near."""
    inner = truth[CUT:-CUT, CUT:-CUT]
    whole = [(i, j) for i in range(-MOST, MOST + 1) for j in range(-MOST, MOST + 1)]

    def of(shift: tuple[float, float]) -> tuple[float, tuple[float, float]]:
        return float((_displaced(image[0], *shift, (inner.shape[0], inner.shape[1])) - inner).square().sum()), shift

    best = min(of(shift) for shift in whole)
    for step in (0.5, 0.25):
        row, column = best[1]
        near = [(row + a * step, column + b * step) for a in (-1, 0, 1) for b in (-1, 0, 1)]
        best = min(best, *(of(shift) for shift in near if max(map(abs, shift)) <= MOST))
    return best[0]


def _displaced(image: Tensor, down: float, right: float, size: tuple[int, int]) -> Tensor:
    """The part without the border, read ``down`` and ``right`` of where it lies; between pixels by cubics."""
    rows, columns = (torch.arange(n) + CUT + shift for n, shift in zip(size, (down, right), strict=True))
    if down == int(down) and right == int(right):
        return image[rows.long()][:, columns.long()]
    grid = torch.stack(
        torch.broadcast_tensors((2 * columns + 1) / image.shape[1] - 1, ((2 * rows + 1) / image.shape[0] - 1)[:, None]),
        -1,
    )
    return F.grid_sample(image[None, None], grid[None], mode="bicubic", align_corners=False)[0, 0]


def found(y: Tensor) -> tuple[KernelEstimate, float]:
    """The kernel, and the processor seconds it took."""
    start = time.process_time()
    return estimate_kernel(y), time.process_time() - start


def _db(error: float, pixels: int) -> str:
    return f"{-10 * np.log10(error / pixels):.2f}"


# --- the tables


@dataclass(frozen=True)
class Case:
    """One row: what it is called, and how the rest of it is computed."""

    picture: str
    blur: str
    measure: Callable[[], Row]


def levin(args: argparse.Namespace) -> Iterator[Case]:
    """Error ratios; all pictures with one kernel, then with the next."""
    for number in range(1, args.kernels + 1):
        for name, top, left in CROPS[: args.pictures]:
            yield Case(name, str(number), lambda n=number, at=(name, top, left): _levin_row(args.data, n, at))


def _levin_row(data: Path, number: int, at: tuple[str, int, int]) -> Row:
    kernel = read_kernel(f"{data}/kernels/Levin09.mat:{number}")
    x = crop(data, *at)
    y, truth = measured(x, kernel, SIGMA, number), seen_truth(x, kernel)
    estimate, seconds = found(y)
    levels = (math.hypot(SIGMA, FoundKernel.of(estimate).doubt), SIGMA)  # as `restore deblur` without --kernel takes it
    with_found, with_true = (
        squared_error(restore.deblur(y, each, sigma=level).image, truth)
        for each, level in zip((estimate.kernel, kernel), levels, strict=True)
    )
    pixels = truth[CUT:-CUT, CUT:-CUT].numel()
    return {
        **_told(estimate, seconds), "correlation": f"{agreement(estimate.kernel, kernel):.3f}",
        "ratio": f"{with_found / with_true:.2f}", "found_db": _db(with_found, pixels),
        "true_db": _db(with_true, pixels), "rows": _spelled(estimate.kernel),
    }  # fmt: skip


def shapes(args: argparse.Namespace) -> Iterator[Case]:
    """Widths of Gaussians and radii of disks, 0.5 % noise."""
    for name, top, left in CROPS[: args.pictures]:
        for spec in [f"gaussian:{width:g}" for width in GAUSSIANS] + [f"disk:{radius:g}" for radius in DISKS]:
            yield Case(name, spec, lambda spec=spec, at=(name, top, left): _shape_row(args.data, spec, at))


def _shape_row(data: Path, spec: str, at: tuple[str, int, int]) -> Row:
    kind, value = spec.split(":")
    kernel = gaussian_blur(float(value))[0, 0] if kind == "gaussian" else read_kernel(spec)
    estimate, seconds = found(measured(crop(data, *at), kernel, SIGMA / 2, 1))
    told = next(iter(estimate.parameters.values()), 0.0)
    error = f"{100 * (told / float(value) - 1):.0f}" if estimate.kind == kind else ""
    correlation = f"{agreement(estimate.kernel, kernel):.3f}"
    return {**_told(estimate, seconds), "correlation": correlation, "parameter": f"{told:.2f}", "percent": error}


def sharp(args: argparse.Namespace) -> Iterator[Case]:
    """Photographs of Kodak24 as they are."""
    for number in range(1, args.sharp + 1):
        name = f"Kodak24/kodim{number:02d}.png"
        path = args.data / "test" / name
        yield Case(name, "none", lambda path=path: _told(*found(luma_of(path)[None])))


def _told(estimate: KernelEstimate, seconds: float) -> Row:
    return {"kind": estimate.kind, "trust": f"{estimate.trust:.2f}", "seconds": f"{seconds:.1f}"}


TABLES: dict[str, Callable[[argparse.Namespace], Iterable[Case]]] = {"levin": levin, "shapes": shapes, "sharp": sharp}


def rows_of(cases: Iterable[Case], path: Path | None, limit: float) -> list[Row]:
    """Rows of the file, and those that are computed in ``limit`` seconds."""
    rows: list[Row] = []
    if path is not None and path.exists():
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
    done, start = {(row["picture"], row["blur"]) for row in rows}, time.monotonic()
    for case in cases:
        if (case.picture, case.blur) in done:
            continue
        if time.monotonic() - start > limit:
            break
        row = {"picture": case.picture, "blur": case.blur, **case.measure()}
        print("  ".join(value for name, value in row.items() if name != "rows"), flush=True)
        rows.append(row)
        if path is not None:
            with path.open("w", newline="") as file:
                writer = csv.DictWriter(file, list(row))
                writer.writeheader()
                writer.writerows(rows)
    return rows


def _spelled(kernel: Tensor) -> str:
    """A kernel as text, in thousandths of its largest entry."""
    return "/".join(" ".join(str(round(float(v))) for v in row) for row in 1000 * kernel / kernel.max())


# --- what the tables say


def summary(table: str, rows: list[Row]) -> None:
    """Means, shares and what the trust foretells."""
    kinds = [row["kind"] for row in rows]
    trust = np.array([float(row["trust"]) for row in rows])
    print(f"{len(rows)} rows, {np.mean([float(row['seconds']) for row in rows]):.1f} s of the processor each")
    if table == "levin":
        ratios = np.array([float(row["ratio"]) for row in rows])
        print(f"error ratio: mean {ratios.mean():.2f}, median {np.median(ratios):.2f}, ", end="")
        print(f"at most {GOOD:g} in {100 * np.mean(ratios <= GOOD):.0f} %, over {BAD:g} in {np.sum(ratios > BAD)}")
        believed = trust >= KernelEstimate.ENOUGH
        print(f"believed: {believed.sum()}, of these over {BAD:g}: {np.sum(ratios[believed] > BAD)}; ", end="")
        print(f"not believed: {np.sum(~believed)}, of these over {BAD:g}: {np.sum(ratios[~believed] > BAD)}")
    elif table == "shapes":
        named = [abs(float(row["percent"])) for row in rows if row["percent"]]
        print(f"named as what they are: {len(named)}; of these within 15 %: {sum(v <= 15 for v in named)}")
    else:
        blurs = np.array([kind != "delta" for kind in kinds])
        print(f"sharp: {np.sum(~blurs)}; blurs believed: {np.sum(trust[blurs] >= KernelEstimate.ENOUGH)}")


def sheet(data: Path, rows: list[Row], path: Path) -> None:
    """A picture of the kernels of Levin: true above found."""
    columns = []
    for row in rows:
        kernel = torch.tensor([[float(v) for v in line.split()] for line in row["rows"].split("/")])
        columns.append(torch.cat([_tile(read_kernel(f"{data}/kernels/Levin09.mat:{row['blur']}")), _tile(kernel)]))
    pixels = torch.cat(columns, 1).repeat_interleave(3, 0).repeat_interleave(3, 1)
    ImageFile.from_array((255 * pixels).round().to(torch.uint8).numpy()).write(path, True)


def _tile(kernel: Tensor, side: int = 41) -> Tensor:
    """A kernel in the middle of (side, side), its largest entry one."""
    top, left = ((side - n) // 2 for n in kernel.shape)
    bottom, right = side - kernel.shape[0] - top, side - kernel.shape[1] - left
    return F.pad(kernel / kernel.max(), [left, right, top, bottom])


def main() -> None:
    """Fill and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--only", choices=sorted(TABLES), default="levin", help="which table")
    parser.add_argument("--csv", type=Path, help="rows are kept here, and those that are there are not computed again")
    parser.add_argument("--limit", type=float, default=float("inf"), help="seconds after which no row is begun")
    parser.add_argument("--pictures", type=int, default=4)
    parser.add_argument("--kernels", type=int, default=8)
    parser.add_argument("--sharp", type=int, default=24, help="how many of Kodak24")
    parser.add_argument("--sheet", type=Path, help="a picture of the kernels: true above found")
    args = parser.parse_args()
    torch.set_num_threads(1)
    rows = rows_of(TABLES[args.only](args), args.csv, args.limit)
    if rows:
        summary(args.only, rows)
    if rows and args.only == "levin" and args.sheet is not None:
        sheet(args.data, rows, args.sheet)


if __name__ == "__main__":
    main()
