"""Operators: the time of ``A`` and of its adjoint by that of a floor in the same run, and the memory they take.

    python benchmarks/physics.py [--only Ptycho] [--only Lensless] [--seconds 2]

One thread; times are the least of many calls, in processor seconds, ours and the floor in turn. The floor is what must
be done, named in the last column: mostly the bare transform. The adjoint of what is not linear is that of its
derivative (``vjp``), whose floor is twice that of ``A``: it takes the measurement, too. Memory is what a call adds to
the most that the process held, by the size of input plus output. Rows are in ``physics_rows``: a list ``ROWS`` in each
module. A row is "over" beyond 1.5 times its floor, or 4 times input plus output.
"""

import argparse
import ctypes
import importlib
import pkgutil
import time
from collections.abc import Callable
from pathlib import Path

import torch

import physics_rows
from physics_rows import Row
from preimage._tree import leaves
from preimage.physics import LinearPhysics

MOST_TIME, MOST_MEMORY = 1.5, 4.0


def all_rows() -> list[Row]:
    """Those of every module of the folder."""
    names = sorted(info.name for info in pkgutil.iter_modules(physics_rows.__path__))
    return [row for name in names for row in importlib.import_module(f"physics_rows.{name}").ROWS]


def times(calls: list[Callable[[], object]], seconds: float) -> list[float]:
    """The least time of each call, taken in turn."""
    kept: list[list[float]] = [[] for _ in calls]
    for call in calls:
        call()
    while sum(map(sum, kept)) < seconds or len(kept[0]) < 5:
        for call, found in zip(calls, kept, strict=True):
            start = time.process_time()
            call()
            found.append(time.process_time() - start)
    return [min(found) for found in kept]


def added_bytes(work: Callable[[], object]) -> float:
    """What a call adds to the most that the process held, NaN where this system does not tell."""
    try:
        ctypes.CDLL(None).malloc_trim(0)  # what is freed goes back, not to be used again unseen
        Path("/proc/self/clear_refs").write_text("5")  # the most so far is now
    except (AttributeError, OSError):
        return float("nan")
    before = _status("VmRSS")
    work()
    return 1024.0 * (_status("VmHWM") - before)


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name + ":"))


def measure(row: Row, seconds: float) -> str:
    """The row of the table."""
    start = time.process_time()
    physics = row.make()
    made = time.process_time() - start
    x = row.x()
    y = physics.A(x)
    back = (lambda: physics.A_adjoint(y)) if isinstance(physics, LinearPhysics) else (lambda: physics.vjp(x, y))
    floor_of_back = row.steps if isinstance(physics, LinearPhysics) else 2 * row.steps
    forward, adjoint, floor = times([lambda: physics.A(x), back, row.floor()], seconds)
    size = sum(leaf.numel() * leaf.element_size() for leaf in (x, *leaves(y)))
    memory = max(added_bytes(lambda: physics.A(x)), added_bytes(back)) / size
    ratios = forward / (row.steps * floor), adjoint / (floor_of_back * floor)
    over = [*["slow"] * (max(ratios) > MOST_TIME), *["memory"] * (memory > MOST_MEMORY and size > 2**20)]
    numbers = "".join(f"{1e3 * number:9.2f}" for number in (made, forward, adjoint, floor))
    words = [row.floor_name, *[f"over: {', '.join(over)}"] * bool(over)]
    return f"{numbers}{ratios[0]:7.2f}{ratios[1]:7.2f}{memory:8.1f}  {' | '.join(words)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", help="words, of which a row must have one")
    parser.add_argument("--seconds", type=float, default=1.0, help="time for each row")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    large = torch.zeros(31 * 2**18)  # so that the C library keeps freed memory, see benchmarks/speed.py
    del large
    print(f"{'':68}{'make':>9}{'A':>9}{'adjoint':>9}{'floor':>9}{'A/f':>7}{'adj/f':>7}{'memory':>8}")
    for row in all_rows():
        if not options.only or any(word.lower() in row.name.lower() for word in options.only):
            print(f"{row.name:68}{measure(row, options.seconds)}", flush=True)


if __name__ == "__main__":
    main()
