"""What the first call of a kernel takes on a fresh machine, where its loops are compiled, and in later processes.

    OMP_NUM_THREADS=1 python benchmarks/first_call.py [--only TV] [--only JPEG]

The rows are those of ``benchmarks/kernels.py`` that have loops. Each works in two processes, one after the other, with
a folder for machine code that is empty at first. Seconds, by the processor and by the clock, are those of making the
arguments and of the first call; so the difference of the two processes is what compiling costs.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kernels import all_rows

HERE = Path(__file__).resolve()


def first_call(index: int) -> None:
    """Print the seconds of the processor and of the clock for the first call of a row, and files in the cache."""
    import torch

    import preimage  # noqa: F401

    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    starts = time.process_time(), time.perf_counter()
    all_rows()[index].prepare()()
    print(json.dumps([time.process_time() - starts[0], time.perf_counter() - starts[1]]))


def in_process(index: int, cache: str) -> list[float]:
    """The same in a process of its own."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": cache, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(HERE), "--work", str(index)]
    return json.loads(subprocess.check_output(command, env=environment, text=True).splitlines()[-1])


def main() -> None:
    """Print a line for each row that compiles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", help="rows whose name contains this")
    parser.add_argument("--work", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work is not None:
        first_call(options.work)
        return
    print(f"{'':58}{'first, s':>10}{'clock':>8}{'later, s':>10}{'clock':>8}{'compiled':>10}", flush=True)
    for index, row in enumerate(all_rows()):
        if options.only and not any(word.lower() in row.name.lower() for word in options.only):
            continue
        with tempfile.TemporaryDirectory() as cache:
            first, later = in_process(index, cache), in_process(index, cache)
            loops = len(list(Path(cache).rglob("*.nbc")))
        if loops:
            numbers = f"{first[0]:10.1f}{first[1]:8.1f}{later[0]:10.1f}{later[1]:8.1f}{loops:10d}"
            print(f"{row.name:58}{numbers}", flush=True)


if __name__ == "__main__":
    main()
