"""What a peer's script shares with ours: the problems as files, and a watch that stops while an estimate is copied.

Needs NumPy only, because every peer runs it in its own environment: ``PYTHON with_NAME.py FOLDER`` reads the problems
``FOLDER/*.npz`` and prints one line of JSON for each method and problem; the estimates go to ``.npy`` files beside.
"""

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

SPACING = 1.07  # estimates are kept after 1, 2, 3, ... steps, later after steps that grow by this factor
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}


class Done(Exception):
    """The time is up."""


class Watch:
    """``watch(x)`` after each step keeps the estimate now and then; the time this takes does not count.

    It raises :class:`Done` after ``limit`` seconds. ``last`` turns what the method has at hand into its estimate, and
    is called only when that is kept.
    """

    def __init__(self, clock: str, limit: float) -> None:
        self.clock, self.limit = CLOCKS[clock], limit
        self.seconds: list[float] = []
        self.estimates: list[np.ndarray] = []
        self.step, self.due, self.total = 0, 1.0, 0.0
        self.started = self.clock()

    def start(self) -> None:
        """Start here; what went before was preparation that a user does once, such as compilation."""
        self.started = self.clock()

    def __call__(self, x: Any, last: Callable[[Any], Any] = lambda x: x) -> None:
        """Note the estimate ``x`` after one more step."""
        self.total += self.clock() - self.started
        self.step += 1
        if self.step >= self.due:
            self.due = max(self.step + 1, self.step * SPACING)
            self.seconds.append(self.total)
            self.estimates.append(np.array(last(x), dtype=np.float32, copy=True).squeeze())
        if self.total > self.limit:
            raise Done
        self.started = self.clock()

    def fresh(self, run: Callable[[int], Any]) -> None:
        """For what cannot be watched: ``run(steps)`` from the start with more and more steps, each on its own time."""
        steps, spent = 1, 0.0
        while spent < self.limit and steps < 10_000:
            started = self.clock()
            x = run(steps)
            spent = self.clock() - started
            self.seconds.append(spent)
            self.estimates.append(np.array(x, dtype=np.float32, copy=True).squeeze())
            steps = max(steps + 1, round(1.15 * steps))


Problem = Mapping[str, Any]
Method = Callable[[Problem, Watch], None]


def measure(method: Method, problem: Problem, clock: str, limit: float, repeats: int) -> tuple[list[float], np.ndarray]:
    """The least seconds of ``repeats`` equal runs until each kept estimate, and these."""
    runs = []
    for _ in range(repeats):
        watch = Watch(clock, limit)
        with contextlib.suppress(Done):
            method(problem, watch)
        runs.append(watch)
    count = min(len(watch.seconds) for watch in runs)
    seconds = np.min([watch.seconds[:count] for watch in runs], axis=0)
    return seconds.tolist(), np.stack(runs[0].estimates[:count])


def read(path: Path) -> dict[str, Any]:
    """A problem: arrays, and numbers as Python floats."""
    with np.load(path) as file:
        return {name: file[name] if file[name].ndim else file[name].item() for name in file.files}


def serve(
    methods: Mapping[str, Mapping[str, Method]], values: Mapping[str, Callable[[Problem, np.ndarray], float]]
) -> None:
    """Run ``methods[problem][name]`` on the problems in the folder named by the command line.

    ``values[problem]`` is the peer's own objective, asked at the ``probe``. A name that ends in "(periodic)" stands for
    a method whose total variation also counts the differences across the border.
    """
    folder = Path(sys.argv[1])
    settings = json.loads((folder / "settings.json").read_text())
    for path in sorted(folder.glob("*.npz")):
        problem = read(path)
        value = values.get(path.stem)
        probe = None if value is None else float(value(problem, problem["probe"]))
        for name, method in methods.get(path.stem, {}).items():
            seconds, estimates = measure(method, problem, **settings)
            target = folder / f"{Path(sys.argv[0]).stem}-{path.stem}-{len(list(folder.iterdir()))}.npy"
            np.save(target, estimates)
            row = {"problem": path.stem, "method": name, "seconds": seconds, "file": target.name, "probe": probe}
            print(json.dumps(row), flush=True)


def ticking(watch: Watch, steps: int = 10**6) -> Iterator[int]:
    """Step numbers for a loop that :class:`Done` will end."""
    yield from range(1, steps + 1)
