import pytest
import torch
import torch.nn.functional as F

from preimage.models.ram.network import ROLES, HalfResolution, from_planes, to_planes
from tests.models.problems import made, normal


def network():
    return made(lambda: HalfResolution((4, 6, 8), 1, 1, 2))


@pytest.mark.parametrize("shape", [(2, 1, 5, 6), (2, 3, 5, 6), (2, 2, 5, 6), (2, 4, 3, 5, 6), (0, 3, 4, 4)])
@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_planes_are_one_three_or_the_parts_of_one_channel(shape, dtype):
    x = normal(*shape, dtype=dtype)
    planes = to_planes(x)
    assert planes.shape[1] == (2 if dtype.is_complex else 3 if shape[1] == 3 else 1)
    assert not planes.is_complex()
    assert torch.equal(from_planes(planes, x), x)


def test_it_is_homogeneous_and_the_second_stage_sees_the_first():
    net, images, levels = network(), normal(2, ROLES, 8, 8), normal(2, 2).abs()
    change, features = net(0, images, levels, None)
    five, _ = net(0, 5 * images, 5 * levels, None)
    torch.testing.assert_close(five, 5 * change)
    later, _ = net(1, images, levels, features)
    without, _ = net(1, images, levels, None)
    assert not torch.allclose(later, without)


@pytest.mark.parametrize("kind", [1, 2, 3])
def test_odd_sizes_are_continued_by_their_last_samples(kind):
    net, images, levels = network(), normal(3, ROLES * kind, 9, 13), normal(3, 2)
    padded, _ = net(0, F.pad(images, (0, 3, 0, 7), mode="replicate"), levels, None)
    change, _ = net(0, images, levels, None)
    assert change.shape == (3, kind, 9, 13)
    torch.testing.assert_close(change, padded[..., :9, :13])
    assert net(0, images[:0], levels[:0], None)[0].shape == (0, kind, 9, 13)
