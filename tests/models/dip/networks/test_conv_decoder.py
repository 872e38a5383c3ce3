import torch

from preimage.models.dip import ConvDecoder
from tests.models.dip.definitions import convolutions, convolve, nearest, normalisations, normalise, parameters, shaken
from tests.models.problems import normal


def test_the_definition():
    net = shaken(lambda: ConvDecoder(2, 3, 4, 3))
    z = normal(1, 2, 3, 2)
    convs, norms = convolutions(net), normalisations(net)
    x = z
    for index in range(3):
        x = nearest(x) if index < 2 else x
        x = normalise(convolve(x, convs[index], "constant").relu(), norms[index])
    torch.testing.assert_close(net(z), convolve(x, convs[3]).sigmoid(), rtol=1e-9, atol=1e-11)


def test_parameters():
    layer = 9 * 128**2 + 3 * 128
    assert parameters(ConvDecoder()) == 6 * layer + 128 * 3 + 3


def test_the_input_is_small():
    assert ConvDecoder().input_size(512, 500) == (16, 16)
    assert ConvDecoder().input_size(513, 20) == (17, 2)
    assert ConvDecoder(layers=1).input_size(5, 1) == (5, 2)
