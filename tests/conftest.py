import gc
import os
import signal
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

# Before NumPy and PyTorch are imported: tests run side by side, and matrices are small. Processes that tests start have
# one thread, too: two threads that wait for each other keep the processor busy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Before PyTorch is imported, which takes twice as long where it must be compiled anew in each process that tests start:
# where nothing may be written beside sources, compiled code lies with what pytest keeps.
if sys.dont_write_bytecode and sys.pycache_prefix is None:
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(Path(__file__).parents[1] / ".pytest_cache" / "bytecode")
    os.environ.update(PYTHONPYCACHEPREFIX=sys.pycache_prefix, PYTHONDONTWRITEBYTECODE="")

import numpy as np
import pytest
import torch

from preimage.machine.compiler import compiled
from tests.quick import require_quick

_WITHOUT = "--without-fast"
_MOST = "--most-seconds"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        _WITHOUT, action="store_true", help="as if the extra `fast` were not installed: the tests of what uses it"
    )
    parser.addoption(_MOST, type=float, help="processor seconds that a test may take before it fails")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption(_WITHOUT):
        sys.modules["numba"] = None  # pyright: ignore[reportArgumentType] what Python knows not to be there


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Without the extra, only the tests whose result depends on it."""
    if not config.getoption(_WITHOUT) or collection_path.suffix != ".py":
        return None
    from tests.loops import files_with_loops

    return None if collection_path in files_with_loops() else True


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is there for good, modules and tests, is no garbage: each search for some would pass over all of it."""
    gc.disable()
    try:
        found = yield
    finally:
        gc.freeze()
        # Tests make objects by the million and few cycles: usual thresholds cost a twentieth of the processor.
        gc.set_threshold(10_000, 20, 50)
        gc.enable()
    if compiled.cache_info().currsize:
        raise pytest.UsageError("Loops are compiled while tests are collected, by each worker anew: use a fixture.")
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser first: what is last is shared by all workers, and each would start a server of its own.

    It often waits, which others can use only as long as there is something to do.
    """
    items.sort(key=lambda item: item.path.name != "test_browser.py")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Of the files that were named none may depend on the extra."""
    if session.config.getoption(_WITHOUT) and exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        session.exitstatus = pytest.ExitCode.OK


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    """The fixtures that a test is the first to need."""
    with require_quick(_most(item)):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """The test itself."""
    with require_quick(_most(item)):
        return (yield)


def _most(item: pytest.Item) -> float | None:
    """Tests that are marked as slow are known to be."""
    return None if item.get_closest_marker("slow") else item.config.getoption(_MOST)


@pytest.fixture
def rng() -> torch.Generator:
    """A generator with a fixed seed."""
    return torch.Generator().manual_seed(0)


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    """Small tensors: threads cost more than they give, and tests run side by side."""
    torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def _hears_interrupts() -> Iterator[None]:
    """Shells start processes in the background deaf to Ctrl-C, in which tests of it would fail."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def picture():
    """A smooth colour picture with some noise, uint8 (37, 45, 3)."""
    rows, columns = np.mgrid[:37, :45]
    base = np.stack([rows * 5 + 20, columns * 4 + 30, 120 + 60 * np.sin(rows / 6) * np.cos(columns / 5)], -1)
    noise = 4 * np.random.default_rng(0).standard_normal(base.shape)
    return np.clip(np.rint(base + noise), 0, 255).astype(np.uint8)
