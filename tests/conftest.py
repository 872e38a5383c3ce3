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
