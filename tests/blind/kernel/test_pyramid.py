from itertools import pairwise

import torch

from preimage.blind.kernel.pyramid import Turns, find_free_kernel, inner, sizes_of
from preimage.blind.kernel.shape import agreement
from preimage.physics.kernels import motion_line
from tests.blind.kernel.scenes import blurred


def test_sizes_grow_to_the_last() -> None:
    assert sizes_of(31)[-1] == 31
    assert sizes_of(3) == [3]
    for size in range(3, 60, 2):
        sizes = sizes_of(size)
        assert all(side % 2 == 1 for side in sizes)
        assert all(small < large for small, large in pairwise(sizes))
        assert sizes[0] <= 5


def test_the_border_does_not_count() -> None:
    assert float(inner(torch.zeros(10, 12), 2).sum()) == 6 * 8
    assert float(inner(torch.zeros(4, 4), 9).sum()) > 0


def test_motion_is_found() -> None:
    kernel = motion_line(9, 35)[0, 0]
    y = blurred(kernel, 96)[0]
    found = find_free_kernel(y, torch.ones_like(y), 13, Turns(turns=3))
    assert agreement(found, kernel) > 0.8
    assert agreement(found, kernel.flip(1)) < agreement(found, kernel) - 0.2
