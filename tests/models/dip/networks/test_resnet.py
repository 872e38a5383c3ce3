import torch

from preimage.models.dip import ResNet
from tests.models.dip.definitions import (
    convolutions,
    convolve,
    leaky,
    normalisations,
    normalise,
    parameters,
    shaken,
)
from tests.models.problems import normal


def test_the_definition():
    net = shaken(lambda: ResNet(2, 3, 4, 2))
    z = normal(1, 2, 6, 5)
    convs, norms = iter(convolutions(net)), iter(normalisations(net))
    x = leaky(convolve(z, next(convs)))
    for _ in range(2):
        inner = leaky(normalise(convolve(x, next(convs)), next(norms)))
        x = x + normalise(convolve(inner, next(convs)), next(norms))
    x = normalise(convolve(x, next(convs)), next(norms))
    torch.testing.assert_close(net(z), convolve(x, next(convs)).sigmoid(), rtol=1e-9, atol=1e-11)
    assert not list(convs)
    assert not list(norms)


def test_parameters():
    conv, norm = 9 * 32 * 32 + 32, 2 * 32
    assert parameters(ResNet()) == conv + 8 * 2 * (conv + norm) + conv + norm + 9 * 32 * 3 + 3


def test_a_pixel_sees_as_far_as_it_says():
    """Of the map from the input to a pixel, with the statistics of the image held fixed."""
    net = shaken(lambda: ResNet(1, 1, 3, 2))
    for module in normalisations(net):
        module.running_mean, module.running_var = torch.zeros(3).double(), torch.ones(3).double()
    z = normal(1, 1, 23, 23).requires_grad_()
    net.eval()(z)[0, 0, 11, 11].backward()
    assert torch.nonzero(z.grad[0, 0]).aminmax() == (11 - 7, 11 + 7)
