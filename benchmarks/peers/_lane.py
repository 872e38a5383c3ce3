"""What both sides of ``benchmarks/races.py`` share: calls by name, timed on request. Needs NumPy only."""

import json
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["serve"]

Prepare = Callable[[dict[str, Any]], Callable[[], object]]


def serve(races: dict[str, Prepare], convert: Callable[[np.ndarray], Any]) -> None:
    """Answer names from the standard input by the seconds that one call takes."""
    with np.load(sys.argv[1]) as file:
        inputs = {name: convert(file[name]) for name in file}
    print("race", json.dumps(list(races)), flush=True)
    ready: dict[str, tuple[Callable[[], object] | None, int]] = {}
    for line in sys.stdin:
        (name,) = json.loads(line)
        if name not in ready:
            ready[name] = prepared(races[name], inputs)
        call, repeats = ready[name]
        print("race", json.dumps(time_of(call, repeats) if call is not None else np.inf), flush=True)


def prepared(prepare: Prepare, inputs: dict[str, Any]) -> tuple[Callable[[], object] | None, int]:
    """The call, once made and warm, and how often it fits into two milliseconds; no call where it fails."""
    try:
        call = prepare(inputs)
        call()
        return call, max(1, int(2e-3 / min(time_of(call, 1) for _ in range(5))))
    except Exception:
        traceback.print_exc(limit=3)
        return None, 1


def time_of(call: Callable[[], object], repeats: int) -> float:
    """Processor seconds of one of ``repeats`` calls."""
    started = time.process_time()
    for _ in range(repeats):
        call()
    return max(time.process_time() - started, 1e-9) / repeats
