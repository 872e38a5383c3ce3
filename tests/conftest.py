import signal
from collections.abc import Iterator

import pytest
import torch


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
