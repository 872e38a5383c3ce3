"""Damaged files of every format of arrays: each must give values or one line, in bounded time and memory.

``python -m benchmarks.damaged_files 2000`` draws so many damages, spread over the formats, and prints what became of
them: read, told in a line, any other exception, a process that ended, and reads that took longer than 20 seconds.
"""

import multiprocessing
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from tests.files.damage import NAMES, damage, make

__all__ = ["main"]

_SECONDS, _MEMORY = 20.0, 6 << 30


def _serve(pipe: Connection) -> None:
    """Read the files that are named, one after the other, with an end to memory."""
    import resource

    from preimage.errors import PreimageError
    from preimage.files.stacks.opening import stored_arrays

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while (path := pipe.recv()) is not None:
        try:
            for array in stored_arrays(Path(path)):
                array.read()
            pipe.send("read")
        except PreimageError as error:
            pipe.send("told" if "\n" not in str(error) else f"told in lines: {error}")
        except BaseException as error:
            pipe.send(f"{type(error).__name__}: {error}")


def main(arguments: Sequence[str]) -> None:
    """Print what became of so many damages, and each that was neither read nor told."""
    count = int(arguments[0]) if arguments else 2000
    names = arguments[1:] or NAMES
    context = multiprocessing.get_context("spawn")
    outcomes: dict[str, Counter[str]] = {name: Counter() for name in names}
    here, worker = None, None
    with tempfile.TemporaryDirectory() as folder:
        whole = {name: make(_made(Path(folder) / f"whole-{at}"), name) for at, name in enumerate(names)}
        for seed in range(count):
            name = names[seed % len(names)]
            target = _made(Path(folder) / "damaged") / name
            shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)
            shutil.copytree(whole[name], target) if whole[name].is_dir() else shutil.copy(whole[name], target)
            words = damage(target, seed)
            if worker is None or here is None or not worker.is_alive():
                here, there = context.Pipe()
                worker = context.Process(target=_serve, args=(there,), daemon=True)
                worker.start()
                there.close()
            found = _ask(here, str(target))
            outcomes[name][found.split(":")[0] if found not in ("ended", "hung") else found] += 1
            if found not in ("read", "told"):
                print(f"{name}, seed {seed}, {words}: {found[:300]}", flush=True)
            if found in ("ended", "hung"):
                worker.kill()
                worker.join()
                worker = None
        if worker is not None and here is not None:
            here.send(None)
            worker.join()
    for name, counts in outcomes.items():
        print(f"{name:12} {dict(counts)}")
    total = sum(outcomes.values(), Counter())
    print(f"{count} damaged files: {dict(total)}")


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def _ask(pipe: Connection, path: str) -> str:
    try:
        pipe.send(path)
        return pipe.recv() if pipe.poll(_SECONDS) else "hung"
    except (EOFError, ConnectionError):
        return "ended"


if __name__ == "__main__":
    main(sys.argv[1:])
