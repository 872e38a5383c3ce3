"""Tests in several processes that are forked when all tests have been collected.

To import PyTorch and all modules and to collect all tests takes each worker of pytest-xdist 15 s of the processor; here
it is done once. Whichever process is free takes the next tests, so that none waits for what another could do.
"""

import os
import sys
import threading
import traceback
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import Any

import pytest

__all__ = ["batches", "run_in_forks"]

_MOST = 40


def run_in_forks(session: pytest.Session, count: int) -> None:
    """Run what was collected in ``count`` processes, and report as if it had run here.

    Args:
        session: the session, whose tests are collected.
        count: how many processes.

    Raises:
        pytest.Session.Failed: a process died, or as many tests failed as may.
    """
    assert threading.active_count() == 1, f"threads would be missing in forked processes: {threading.enumerate()}"
    waiting = deque(batches([item.path for item in session.items]))
    processes: dict[Connection, int] = {}
    for number in range(count):
        pipe, pid = _fork(session, number, list(processes))
        processes[pipe] = pid
    while processes:
        for pipe in wait(list(processes)):
            assert isinstance(pipe, Connection)
            try:
                report = pipe.recv()
            except EOFError:
                _, status = os.waitpid(processes.pop(pipe), 0)
                if status:
                    session.shouldfail = f"a process died: status {os.waitstatus_to_exitcode(status)}, told above"
                continue
            if report is None:
                pipe.send(waiting.popleft() if waiting and not session.shouldfail else range(0))
            else:
                _tell(session.config, report)
    if session.shouldfail:
        raise session.Failed(session.shouldfail)


def batches(paths: Sequence[Path], most: int = _MOST) -> Iterator[range]:
    """Indices of tests that run one after the other: neighbours in a file, which share fixtures.

    Args:
        paths: the file of each test.
        most: of how many, so that a large file is shared by all processes.
    """
    start = 0
    for _, members in groupby(paths):
        end = start + sum(1 for _ in members)
        for first in range(start, end, most):
            yield range(first, min(first + most, end))
        start = end


def _fork(session: pytest.Session, number: int, others: Iterable[Connection]) -> tuple[Connection, int]:
    """A process that runs tests, and what it reports through."""
    ours, theirs = Pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    folder = session.config._tmp_path_factory.getbasetemp() / f"process-{number}"  # type: ignore[attr-defined]
    pid = os.fork()
    if pid:
        theirs.close()
        return ours, pid
    status = 1
    try:
        for pipe in (ours, *others):  # so that this process ends with its parent
            pipe.close()
        folder.mkdir()
        session.config._tmp_path_factory._basetemp = folder  # type: ignore[attr-defined]
        _run(session, theirs)
        status = 0
    except (KeyboardInterrupt, BrokenPipeError, EOFError):
        pass
    except BaseException:
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(status)


def _run(session: pytest.Session, pipe: Connection) -> None:
    """Run tests that are asked for one batch after the other, in a forked process."""
    plugins = session.config.pluginmanager
    plugins.unregister(name="terminalreporter")
    plugins.register(_Reporter(session.config, pipe))
    capture: Any = plugins.getplugin("capturemanager")
    capture.stop_global_capturing()  # its files are those of all processes
    capture.start_global_capturing()
    capture.suspend_global_capture()
    for item, following in _pairs(session.items[index] for index in _asked_for(pipe)):
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            break


def _asked_for(pipe: Connection) -> Iterator[int]:
    """Indices of the tests that are to run here."""
    while True:
        pipe.send(None)
        batch = pipe.recv()
        if not batch:
            return
        yield from batch


def _pairs(items: Iterable[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    """Each test and the one after it, which may use the same fixtures."""
    previous = None
    for item in items:
        if previous is not None:
            yield previous, item
        previous = item
    if previous is not None:
        yield previous, None


class _Reporter:
    """Hands reports to the process that tells of them."""

    def __init__(self, config: pytest.Config, pipe: Connection) -> None:
        self.config = config
        self.pipe = pipe

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.pipe.send(self.config.hook.pytest_report_to_serializable(config=self.config, report=report))


def _tell(config: pytest.Config, values: dict[str, Any]) -> None:
    report = config.hook.pytest_report_from_serializable(config=config, data=values)
    about = {"nodeid": report.nodeid, "location": report.location}
    if report.when == "setup":
        config.hook.pytest_runtest_logstart(**about)
    config.hook.pytest_runtest_logreport(report=report)
    if report.when == "teardown":
        config.hook.pytest_runtest_logfinish(**about)
