"""What fused kernels save: the same work by the code before and by this one, alternating in one run.

    git worktree add /tmp/before 113cdd5
    OMP_NUM_THREADS=1 python benchmarks/kernels.py --before /tmp/before [--only TV] [--only SSIM] [--no-compiler]

Each code works in a process of its own, on one thread, and they take turns. Times are the least of many repeats in
seconds of the processor, so other programs disturb little; memory is what the call adds to the most that the process
held before it (on Linux). A row is over where its ratio is above its target, or its memory a tenth above that before.

To add a row: write, in a module of ``benchmarks/kernel_rows`` (a new one is found by itself), a function that prepares
the work and returns the call to be timed, and name it in the module's list ``ROWS``:

    def soft() -> Callable[[], object]:
        from preimage.optim import L1Prior  # of the code whose turn it is

        x, prior = torch.rand(4, 3, 256, 256), L1Prior(0.1)
        return lambda: prior.prox(x, 1.0)

    ROWS = [Row("L1 prox of 4x3x256x256", 0.5, soft)]
"""

import argparse
import ctypes
import importlib
import json
import os
import pkgutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import kernel_rows
from kernel_rows import Row

HERE = Path(__file__).resolve()


def all_rows() -> list[Row]:
    names = sorted(module.name for module in pkgutil.iter_modules(kernel_rows.__path__))
    return [row for name in names for row in importlib.import_module(f"kernel_rows.{name}").ROWS]


class Code:
    """A process that works for one source tree."""

    def __init__(self, tree: Path, environment: dict[str, str]) -> None:
        paths = os.pathsep.join([str(tree / "src"), str(HERE.parent)])
        names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
        environment = {**os.environ, **dict.fromkeys(names, "1"), **environment, "PYTHONPATH": paths}
        command = [sys.executable, str(HERE), "--work"]
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, what: str) -> float:
        """The answer to one line."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(what, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"the code of {self.process.args} ended; its message is above")
        return json.loads(answer)

    def close(self) -> None:
        """Let the process end."""
        self.process.communicate()


def measure(index: int, row: Row, codes: list[Code]) -> list[tuple[float, float]]:
    """For each code the least seconds of a call, and the megabytes it adds."""
    times: list[list[float]] = [[] for _ in codes]
    for code in codes:
        code.ask(f"prepare {index}")
    memory = [code.ask("memory") for code in codes]
    while (sum(times[0]) < row.seconds and sum(times[-1]) < row.seconds) or len(times[0]) < 3:
        for kept, code in zip(times, codes, strict=True):
            kept.append(code.ask("run"))
    return [(min(kept), most) for kept, most in zip(times, memory, strict=True)]


def answer_questions() -> None:
    """What the process of a :class:`Code` does: answers a number to each line."""
    import torch

    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    rows, work = all_rows(), (lambda: None)
    # The C library keeps freed memory for reuse once a block this large was freed; until then, every call pays for
    # fresh pages, which would be timed instead of the work.
    large = torch.zeros(31 * 2**18)
    del large
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the work prints is no answer
    for line in sys.stdin:
        match line.split():
            case ["prepare", index]:
                work = rows[int(index)].prepare()
                work()
                work()
                number = 0.0
            case ["memory"]:
                number = added_memory(work)
            case _:
                start = time.process_time()
                work()
                number = time.process_time() - start
        print(json.dumps(number), file=answers, flush=True)


def added_memory(work: Callable[[], object]) -> float:
    """The megabytes that a call adds to the most that the process held, NaN where this system does not tell."""
    try:
        ctypes.CDLL(None).malloc_trim(0)  # what is freed goes back, not to be used again unseen
        Path("/proc/self/clear_refs").write_text("5")  # the most so far is now
    except (AttributeError, OSError):
        return float("nan")
    before = _status("VmRSS")
    work()
    return (_status("VmHWM") - before) / 1024


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name + ":"))


def report(options: argparse.Namespace) -> None:
    """Print the table."""
    codes = [Code(options.before, {}), Code(HERE.parents[1], {"PREIMAGE_COMPILE": "0"} if options.no_compiler else {})]
    columns = f"{'before':>10}{'now':>10}{'ratio':>8}{'target':>8}{'before':>9}{'now':>9}"
    print(f"{'':58}{columns}\n{'':58}{'ms':>10}{'ms':>10}{'':16}{'MB':>9}{'MB':>9}", flush=True)
    for index, row in enumerate(all_rows()):
        if options.only and not any(word.lower() in row.name.lower() for word in options.only):
            continue
        (old, old_memory), (new, new_memory) = measure(index, row, codes)
        over = [*["over"] * (new > row.target * old), *["more memory"] * (new_memory > 1.1 * old_memory + 0.5)]
        numbers = (
            f"{1e3 * old:10.2f}{1e3 * new:10.2f}{new / old:8.2f}{row.target:8.2f}{old_memory:9.1f}{new_memory:9.1f}"
        )
        print(f"{row.name:58}{numbers}  {', '.join(over)}", flush=True)
    for code in codes:
        code.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", type=Path, help="the root of a checkout of the code to compare with")
    parser.add_argument("--only", action="append", default=[], metavar="WORD", help="rows whose name holds this")
    parser.add_argument("--no-compiler", action="store_true", help="this code without compiled loops")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        answer_questions()
    elif options.before is None:
        parser.error("--before is missing: the root of a checkout of the code to compare with")
    else:
        report(options)


if __name__ == "__main__":
    main()
