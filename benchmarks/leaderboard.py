"""Which method to take: every family of reconstruction on every problem, PSNR, SSIM, time and memory.

    python benchmarks/leaderboard.py                                        what is missing in leaderboard.csv
    python benchmarks/leaderboard.py --tasks deblurring --methods dpir,ram  some of it
    python benchmarks/leaderboard.py --methods ram --weights runs/ram/ram.safetensors --again
    python benchmarks/leaderboard.py --page docs/leaderboard.md             the page, from what was measured

A cell is measured once and kept in the file, line by line: the table can be made in pieces. The pictures are the middle
128x128 crops of the first few of a set, one noisy copy of each (seed 0). PSNR and SSIM are those of the result clipped
to [0, 1], of complex images those of the moduli, the mean over the pictures; time is of the processor for each picture,
one thread; memory is how much more of it the process took at its peak. Priors with a weight get the power of two that
is best for the first of the pictures, found once for each problem: that needs the truth, and is a bound for them.
"""

import argparse
import csv
import multiprocessing
import time
from collections.abc import Iterable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path

import torch
from torch import Tensor

from _methods import METHODS, Case, Method, best_weight
from _page import write_page
from _tasks import SETS, TASKS, Task, crops, measured
from preimage.machine.memory import peak_bytes
from preimage.metric import PSNR, SSIM

FIELDS = ("task", "set", "method", "pictures", "psnr", "ssim", "seconds", "megabytes", "weight")
Row = dict[str, str]


def quality(estimate: Tensor, clean: Tensor) -> tuple[float, float]:
    """PSNR in dB, and SSIM."""
    if clean.is_complex():
        estimate, clean = estimate.abs(), clean.abs()
    estimate = estimate.real.clamp(0, 1)
    return float(PSNR()(estimate, clean).mean()), float(SSIM()(estimate, clean).mean())


def weight_of(method: Method, task: Task, rows: Iterable[Mapping[str, str]], weights: Path | None) -> float:
    """The weight of a prior: as it was found before, or the best for one picture."""
    if not method.weighted:
        return 0.0
    for row in rows:
        if row["task"] == task.name and row["method"] == method.name:
            return float(row["weight"])
    clean = crops(task, SETS[task.channels][0], 1)
    y, physics = measured(task, clean)
    norm = float(physics.norm(clean).max())

    def score(weight: float) -> float:
        try:
            return quality(method.run(Case(task, y, physics, weight, weights)), clean)[0]
        except Exception:  # a weight that leads nowhere
            return float("-inf")

    return best_weight(score, norm**2)


def cell(method: Method, task: Task, folder: str, count: int, weight: float, weights: Path | None) -> Row:
    """One line of the file."""
    clean = crops(task, folder, count)
    y, physics = measured(task, clean)
    case = Case(task, y, physics, weight, weights)
    if not method.weighted:
        method.run(Case(task, y[:1], physics, weight, weights))  # what is loaded once
    before, begun = peak_bytes(), time.process_time()
    estimate = method.run(case)
    seconds = (time.process_time() - begun) / len(clean)
    psnr, ssim = quality(estimate, clean)
    more = max(0, peak_bytes() - before)
    numbers = (str(len(clean)), f"{psnr:.2f}", f"{ssim:.4f}", f"{seconds:.3f}", f"{more / 1e6:.0f}", f"{weight:g}")
    return dict(zip(FIELDS, (task.name, folder, method.name, *numbers), strict=True))


def apart(end: Connection, names: tuple[str, str, str], count: int, weight: float, weights: Path | None) -> None:
    """A cell in a process of its own, for the sake of its memory."""
    torch.set_num_threads(1)
    task = next(task for task in TASKS if task.name == names[0])
    method = next(method for method in METHODS if method.name == names[2])
    with torch.no_grad():
        end.send(cell(method, task, names[1], count, weight, weights))


def read(path: Path) -> list[Row]:
    """The lines that were measured before."""
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: Iterable[Row]) -> None:
    """All lines, in the order of the problems and methods."""
    tasks, methods = [task.name for task in TASKS], [method.name for method in METHODS]
    order = sorted(rows, key=lambda row: (tasks.index(row["task"]), row["set"], methods.index(row["method"])))
    beside = path.with_suffix(".part")
    with beside.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, FIELDS, lineterminator="\n")
        table.writeheader()
        table.writerows(order)
    beside.replace(path)


def named(parts: str, name: str) -> bool:
    """Whether one of the words, separated by commas, is part of a name; all where there is none."""
    return any(part in name for part in parts.split(","))


def measure(args: argparse.Namespace) -> None:
    """What is missing, cell by cell."""
    fork, begun = multiprocessing.get_context("forkserver"), time.monotonic()
    fork.set_forkserver_preload(["_methods"])
    wanted = [
        (task, folder, method)
        for number in range(max(map(len, SETS.values())))
        for method in METHODS
        for task in TASKS
        if named(args.tasks, task.name) and (not args.methods or method.name in args.methods.split(","))
        for folder in SETS[task.channels][number : number + 1]
        if named(args.sets, folder) and method.takes(task)
    ]
    for task, folder, method in wanted:
        rows, key = read(args.results), (task.name, folder, method.name)
        old = [row for row in rows if (row["task"], row["set"], row["method"]) == key]
        if (old and not args.again) or time.monotonic() - begun > args.time:
            continue
        weight = weight_of(method, task, rows, args.weights)
        near, far = fork.Pipe()
        child = fork.Process(target=apart, args=(far, key, args.pictures, weight, args.weights))
        child.start()
        far.close()
        try:
            row = near.recv()
        except EOFError:
            print("failed:", *key, flush=True)
            continue
        finally:
            child.join()
        write(args.results, [*(other for other in read(args.results) if other not in old), row])
        print(f"{task.name:28} {folder:8} {method.name:10}", *(row[name] for name in FIELDS[4:]), flush=True)


@torch.no_grad()
def main() -> None:
    """Parse the command line; measure, and write the page."""
    parser = argparse.ArgumentParser(description="Problems, methods and sets: which method to take.")
    parser.add_argument("--results", type=Path, default=Path(__file__).parent / "leaderboard.csv")
    parser.add_argument("--pictures", type=int, default=4, help="of each set")
    parser.add_argument("--tasks", default="", help="parts of the names of problems, separated by commas")
    parser.add_argument("--methods", default="", help="names of methods, separated by commas")
    parser.add_argument("--sets", default="", help="parts of the names of sets, separated by commas")
    parser.add_argument("--weights", type=Path, help="of `ram`, where they are not those that ship")
    parser.add_argument("--again", action="store_true", help="measure what is there already, too")
    parser.add_argument("--time", type=float, default=float("inf"), help="begin no cell after so many seconds")
    parser.add_argument("--page", type=Path, help="write this page and its plot, and measure nothing")
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.page is not None:
        write_page(args.page, read(args.results))
    else:
        measure(args)


if __name__ == "__main__":
    main()
