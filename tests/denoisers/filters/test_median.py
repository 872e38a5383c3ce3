import pytest
import torch

from preimage.denoisers import MedianFilter
from preimage.errors import ArgumentError
from tests.example import Example

EXAMPLES = {MedianFilter: [Example(MedianFilter), Example(lambda: MedianFilter(5), (2, 1, 1, 9))]}


def test_it_is_the_median_around_each_pixel(rng: torch.Generator) -> None:
    x = torch.rand(2, 3, 6, 7, generator=rng)
    found = MedianFilter()(x, 0.1)
    assert torch.equal(found[1, 2, 3, 4], x[1, 2, 2:5, 3:6].flatten().sort().values[4])
    corner = torch.stack([x[0, 0, 0, 0]] * 4 + [x[0, 0, 0, 1]] * 2 + [x[0, 0, 1, 0]] * 2 + [x[0, 0, 1, 1]])
    assert torch.equal(found[0, 0, 0, 0], corner.sort().values[4])


def test_single_wrong_pixels_go() -> None:
    x = torch.full((1, 1, 5, 5), 0.3)
    x[0, 0, 2, 2] = 1.0
    assert torch.equal(MedianFilter()(x, 0.1), torch.full((1, 1, 5, 5), 0.3))


def test_even_windows_are_refused() -> None:
    for size in (0, 4):
        with pytest.raises(ArgumentError, match="odd"):
            MedianFilter(size)
