"""Damaged files of every format, read and restored: each must give values or one line, in bounded time and memory.

    python -m benchmarks.damaged_files 2000 --log damaged.jsonl [--only a.tif a.png]

Draws so many damages, spread over the formats: bits flipped, files cut off, runs overwritten, zeroed or put in, heads
of other files put on. Each is read whole, and then restored by ``preimage restore denoise`` into a new folder. Counted
are what was read, what was told in a line, and every fault: another exception, more than a line, what a library prints,
a process that ended, work of more than 60 seconds of a processor, a file that is there half written or without its
record. ``--log`` keeps a line for each damage; a run that is started again with it goes on behind the last.
"""

import argparse
import contextlib
import io
import json
import multiprocessing
import os
import resource
import shutil
import tempfile
import time
from collections import Counter
from importlib import import_module
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from tests.files.damage import ALL_NAMES, PICTURES, damage, make

__all__ = ["main"]

_SECONDS, _MEMORY = 60.0, 6 << 30
_GOOD = ("read", "told")


def _serve(pipe: Connection) -> None:
    """Read and restore the files that are named, one after the other, with an end to memory."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pipe.send(import_module("preimage.restore.stacks.restore_stack").__name__)  # what it imports takes seconds
    with tempfile.TemporaryFile() as printed:
        for stream in (1, 2):
            os.dup2(printed.fileno(), stream)
        while (named := pipe.recv()) is not None:
            path, output = map(Path, named)
            seen, restored = _read(path), _restored(path, output)
            printed.seek(0)
            if text := printed.read().decode(errors="replace").strip():
                seen = f"printed: {text}"
            printed.truncate(0)
            printed.seek(0)
            pipe.send((seen, restored, 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))


def _read(path: Path) -> str:
    from preimage.errors import PreimageError
    from preimage.files.stacks.opening import stored_arrays

    try:
        for array in stored_arrays(path):
            array.read()
    except PreimageError as error:
        return "told" if "\n" not in str(error) else f"told in lines: {error}"
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return "read"


def _restored(path: Path, output: Path) -> str:
    """What the command does, and whether it leaves all or nothing."""
    from preimage.cli.app import run
    from preimage.files import read

    with contextlib.redirect_stderr(io.StringIO()) as errors, contextlib.redirect_stdout(io.StringIO()):
        try:
            status = run(["restore", "denoise", str(path), "-o", str(output)])
        except BaseException as error:
            return f"restore {type(error).__name__}: {error}"
    lines = [line for line in errors.getvalue().replace("\r", "\n").splitlines() if line.strip()]
    told, there = [line for line in lines if "preimage:" in line], sorted(each.name for each in output.parent.iterdir())
    if status not in (0, 2):
        return f"status {status}: {' | '.join(lines)[-300:]}"
    if status == 2:
        if there:
            return f"left: {there}"
        return "told" if len(told) == 1 else f"told in lines: {lines}"
    if there != sorted((output.name, f"{output.name.split('.')[0]}.json")):
        return f"left: {there}"
    try:
        read(output)
    except Exception as error:
        return f"half written: {error}"
    return "read"


def _ask(worker: tuple[Connection, SpawnProcess], path: Path, output: Path) -> tuple[str, str, int]:
    pipe, process = worker
    before, patience = _processor_seconds(process), time.monotonic() + 10 * _SECONDS
    try:
        pipe.send((str(path), str(output)))
        while not pipe.poll(1.0):
            # Seconds of the processor: a machine that is at work elsewhere is no fault of the file.
            if _processor_seconds(process) - before > _SECONDS or time.monotonic() > patience:
                return "hung", "hung", 0
        return pipe.recv()
    except (EOFError, ConnectionError):
        return "ended", "ended", 0


def _processor_seconds(process: SpawnProcess) -> float:
    try:
        words = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, words[11:13])) / os.sysconf("SC_CLK_TCK")


def _new_worker() -> tuple[Connection, SpawnProcess]:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    worker = context.Process(target=_serve, args=(there,), daemon=True)
    worker.start()
    there.close()
    here.recv()
    return here, worker


def _damaged(whole: Path, folder: Path, seed: int, heads: list[Path]) -> tuple[Path, str]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    target = folder / whole.name
    shutil.copytree(whole, target) if whole.is_dir() else shutil.copy(whole, target)
    return target, damage(target, seed, heads)


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def main() -> None:
    """Print what became of so many damages, and each that was neither read nor told."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, nargs="?", default=2000)
    parser.add_argument("--log", type=Path, help="a line of JSON for each damage; a run goes on behind its last")
    parser.add_argument("--only", nargs="+", default=ALL_NAMES, choices=ALL_NAMES)
    args = parser.parse_args()
    lines = args.log.read_text().splitlines() if args.log is not None and args.log.exists() else []
    rows: list[dict[str, Any]] = [json.loads(line) for line in lines]
    done, connection = {row["seed"] for row in rows}, _new_worker()
    with tempfile.TemporaryDirectory() as text, contextlib.ExitStack() as files:
        folder = Path(text)
        log = files.enter_context(args.log.open("a")) if args.log is not None else None
        whole = [make(_made(folder / f"whole-{at}"), name) for at, name in enumerate(args.only)]
        heads = [path for path in whole if path.is_file()]
        for seed in range(args.count):
            if seed in done:
                continue
            one = whole[seed % len(whole)]
            target, words = _damaged(one, folder / "damaged", seed, heads)
            shutil.rmtree(folder / "restored", ignore_errors=True)
            output = _made(folder / "restored") / ("out.png" if one.name in PICTURES else "out.npy")
            seen, restored, memory = _ask(connection, target, output)
            rows.append({
                "seed": seed, "name": one.name, "damage": words, "read": seen, "restored": restored, "bytes": memory,
            })  # fmt: skip
            if log is not None:
                log.write(json.dumps(rows[-1]) + "\n")
                log.flush()
            if {seen, restored} - set(_GOOD):
                print(f"{one.name}, seed {seed}, {words}: {seen[:300]}; {restored[:300]}", flush=True)
            if seen in ("ended", "hung"):
                connection[1].kill()
                connection[1].join()
                connection = _new_worker()
    connection[0].send(None)
    connection[1].join()
    _summarise(rows)


def _summarise(rows: list[dict[str, Any]]) -> None:
    for name in dict.fromkeys(row["name"] for row in rows):
        mine = [row for row in rows if row["name"] == name]
        counts = [dict(Counter(row[which].split(":")[0] for row in mine)) for which in ("read", "restored")]
        print(f"{name:12} read {counts[0]}; restored {counts[1]}")
    faults = sum(bool({row["read"], row["restored"]} - set(_GOOD)) for row in rows)
    peak = max((row["bytes"] for row in rows), default=0)
    print(f"{len(rows)} damaged files: {faults} faults; peak memory of a process {peak / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
