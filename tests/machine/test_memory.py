import pytest
import torch

from preimage.errors import ArgumentError
from preimage.machine.memory import format_bytes, parse_bytes, peak_bytes, physical_bytes


@pytest.mark.parametrize(
    ("text", "size"),
    [("2GB", 2 * 10**9), ("1.5 GiB", 3 * 2**29), ("800m", 8 * 10**8), ("4096", 4096), ("3kB", 3000), (10**9, 10**9)],
)
def test_sizes_are_understood(text, size):
    assert parse_bytes(text) == size


@pytest.mark.parametrize("text", ["", "lots", "0", "-1GB", "2 G B", "0.2", "GB"])
def test_other_words_are_refused(text):
    with pytest.raises(ArgumentError, match="2GB"):
        parse_bytes(text)


def test_the_process_knows_what_it_used():
    before = peak_bytes()
    block = torch.ones(30_000_000)
    assert peak_bytes() >= max(before, block.numel() * 4)
    assert peak_bytes() < physical_bytes()
    assert (format_bytes(2.5e9), format_bytes(3e6)) == ("2.50 GB", "3 MB")
