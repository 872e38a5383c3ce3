import pytest
import torch

from preimage.errors import ArgumentError
from preimage.models import SubpixelUNet
from tests.example import Example
from tests.models.problems import made, normal

EXAMPLES = {
    SubpixelUNet: [Example(lambda: SubpixelUNet(3, 2, (2, 2, 2, 2), 1, 4, 1))],
}


def tiny(factor, channels=3):
    return made(lambda: SubpixelUNet(channels, factor, (2, 2, 4, 4), 1, 4, 1))


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [(1, 3), (8, 8), (9, 13)])
def test_every_side_becomes_factor_times_larger(factor, size):
    y = normal(2, 1, *size)
    assert tiny(factor, 1)(y).shape == (2, 1, factor * size[0], factor * size[1])
    assert tiny(factor, 1)(y[:0]).shape[0] == 0


def test_a_shift_of_the_small_picture_by_its_period_shifts_the_large_one():
    y = torch.zeros(1, 3, 160, 160, dtype=torch.float64)
    y[..., 70:80, 70:80] = normal(1, 3, 10, 10)
    network = tiny(2)
    shifted = network(y.roll((8, 16), (-2, -1)))
    torch.testing.assert_close(
        network(y).roll((16, 32), (-2, -1))[..., 100:220, 100:220], shifted[..., 100:220, 100:220]
    )


def test_samples_are_independent_and_sizes_of_the_shipped_networks_are_below_a_million():
    y, network = normal(3, 3, 9, 8), tiny(2)
    torch.testing.assert_close(network(y)[1:2], network(y[1:2]))
    with torch.device("meta"):
        counts = [sum(p.numel() for p in SubpixelUNet(3, factor).parameters()) for factor in (2, 4)]
    assert counts == [947_916, 963_504]


def test_numbers_below_one_are_refused():
    with pytest.raises(ArgumentError, match="`factor`"):
        SubpixelUNet(3, 0)
