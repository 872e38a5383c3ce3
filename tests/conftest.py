import signal
from collections.abc import Iterator

import numpy as np
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


@pytest.fixture
def picture():
    """A smooth colour picture with some noise, uint8 (37, 45, 3)."""
    rows, columns = np.mgrid[:37, :45]
    base = np.stack([rows * 5 + 20, columns * 4 + 30, 120 + 60 * np.sin(rows / 6) * np.cos(columns / 5)], -1)
    noise = 4 * np.random.default_rng(0).standard_normal(base.shape)
    return np.clip(np.rint(base + noise), 0, 255).astype(np.uint8)
