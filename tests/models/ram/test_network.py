import pytest
import torch
import torch.nn.functional as F

from preimage.models.ram.network import CONSTANTS, ROLES, StageNetwork, from_planes, phase_of, to_planes
from tests.models.problems import made, normal


def network(channels=1, begins=False):
    net = made(lambda: StageNetwork(channels, (4, 4, 6, 8), 1, 2))
    for number, layer in enumerate([] if begins else [*net.known, *net.carry]):
        layer.weight.data.copy_(0.3 * normal(*layer.weight.shape, seed=number))
    return net


def inputs(channels, *size):
    return normal(2, channels, *size), normal(2, ROLES * channels, *size, seed=1), normal(2, 1 + CONSTANTS).abs()


@pytest.mark.parametrize("shape", [(2, 1, 5, 6), (2, 3, 5, 6), (2, 2, 5, 6), (2, 4, 3, 5, 6), (0, 3, 4, 4)])
@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_planes_are_one_or_three_channels(shape, dtype):
    x = normal(*shape, dtype=dtype)
    planes = to_planes(x)
    assert planes.shape[1] == (3 if shape[1] == 3 and not dtype.is_complex else 1)
    assert not planes.is_complex()
    assert torch.equal(from_planes(planes, x), x)


def test_parts_of_a_complex_pixel_are_neighbours():
    x = normal(2, 3, 5, 6, dtype=torch.complex128)
    real, imaginary = to_planes(x).unflatten(0, (-1, 2)).unbind(1)
    assert torch.equal(torch.complex(real, imaginary).reshape(x.shape), x)


@pytest.mark.parametrize("channels", [1, 3])
def test_it_begins_as_the_denoiser(channels):
    net, (x, beside, levels) = network(channels, begins=True), inputs(channels, 8, 16)
    change, features = net(0, x, beside, levels, None)
    torch.testing.assert_close(x + change, net.core(x, levels[:, 0]))
    torch.testing.assert_close(net(1, x, beside, levels, features)[0], change)


def test_it_is_homogeneous_and_stages_differ():
    net, (x, beside, levels) = network(), inputs(1, 8, 8)
    change, features = net(0, x, beside, levels, None)
    torch.testing.assert_close(net(0, 5 * x, 5 * beside, 5 * levels, None)[0], 5 * change)
    later, without = (net(1, x, beside, levels, carried)[0] for carried in (features, None))
    assert not torch.allclose(later, without)
    assert not torch.allclose(without, change)


@pytest.mark.parametrize("channels", [1, 3])
def test_odd_sizes_are_continued_by_their_last_samples(channels):
    net, (x, beside, levels) = network(channels), inputs(channels, 9, 13)
    wide, around = (F.pad(image, (0, 3, 0, 7), mode="replicate") for image in (x, beside))
    change, _ = net(0, x, beside, levels, None)
    assert change.shape == x.shape
    torch.testing.assert_close(change, net(0, wide, around, levels, None)[0][..., :9, :13])
    assert net(0, x[:0], beside[:0], levels[:0], None)[0].shape == (0, channels, 9, 13)


@pytest.mark.parametrize("shape", [(2, 1, 7, 12), (1, 2, 3, 7, 12)])
def test_the_phase_is_that_of_the_surroundings(shape):
    place = torch.linspace(0, 1, 12, dtype=torch.float64).expand(shape)
    x = torch.polar(1 + 0.1 * normal(*shape), 0.8 * place)
    turn = phase_of(x)
    torch.testing.assert_close(turn.abs(), torch.ones(shape, dtype=torch.float64))
    assert float((x * turn.conj()).angle().abs().max()) < 0.35  # the windows at the border have their middle inside
    torch.testing.assert_close(phase_of(5j * x), 1j * turn)
    assert torch.equal(phase_of(0 * x), torch.ones_like(x))
