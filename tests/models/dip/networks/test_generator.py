"""What every generator must do."""

import pytest
import torch

from preimage.errors import ArgumentError
from preimage.models.dip import ConvDecoder, DeepDecoder, Generator, ResNet, SkipNet, SkipScale, UNetGenerator, scales
from tests.models.dip.definitions import shaken
from tests.models.problems import normal

GENERATORS = {
    "skip": lambda: SkipNet(4, 2, scales((5, 6), 3)),
    "skip-average": lambda: SkipNet(4, 2, scales((5, 6), (0, 2), SkipScale(kernel=5, downsampling="average"))),
    "skip-1x1": lambda: SkipNet(4, 2, scales((5, 6), 3, SkipScale(kernel=1, upsampling="nearest", pointwise=False))),
    "unet": lambda: UNetGenerator(4, 2, (5, 6, 7)),
    "unet-one-scale": lambda: UNetGenerator(4, 2, (5,)),
    "unet-residual": lambda: UNetGenerator(4, 2, (5, 6), residual=True),
    "hourglass": lambda: UNetGenerator(4, 2, (5, 6), across=False),
    "resnet": lambda: ResNet(4, 2, 5, 2),
    "conv-decoder": lambda: ConvDecoder(4, 2, 5, 3),
    "conv-decoder-one-layer": lambda: ConvDecoder(4, 2, 5, 1),
    "deep-decoder": lambda: DeepDecoder(4, 2, 3),
}
every = pytest.mark.parametrize("make", GENERATORS.values(), ids=GENERATORS.keys())


def drawn(net, height, width):
    return net(normal(1, net.inputs, *net.input_size(height, width)))


@every
@pytest.mark.parametrize("size", [(1, 1), (1, 9), (7, 2), (16, 16), (17, 13)])
def test_images_of_any_size(make, size):
    net = shaken(make)
    x = drawn(net, *size)
    assert x.shape[:2] == (1, 2)
    assert x.shape[-2] >= size[0]
    assert x.shape[-1] >= size[1]
    assert all(n < max(m, net.least) + net.stride for n, m in zip(x.shape[-2:], size, strict=True))
    assert x.isfinite().all()
    assert (x - x.mean()).abs().amax() > 1e-3


@every
def test_evaluation_is_training(make):
    net = shaken(make)
    z = normal(1, 4, *net.input_size(8, 8))
    torch.testing.assert_close(net.eval()(z), net.train()(z), rtol=0, atol=0)
    assert not list(net.buffers())


@every
def test_bounded_is_a_sigmoid(make):
    net = shaken(make)
    z = normal(1, 4, *net.input_size(8, 8))
    x = net(z)
    net.bounded = False
    torch.testing.assert_close(net(z).sigmoid(), x)
    assert not (0 < net(z).amin() <= net(z).amax() < 1)


@every
def test_gradients_reach_every_weight(make):
    net = shaken(make)
    drawn(net, 12, 12).square().sum().backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad is not None, name
        # Offsets before a normalisation are the only ones without effect.
        assert parameter.ndim == 1 or parameter.grad.abs().amax() > 1e-8, name


@pytest.mark.parametrize(
    "make",
    [
        lambda: SkipNet(scales=()),
        lambda: SkipScale(channels=0),
        lambda: SkipScale(skip=-1),
        lambda: SkipScale(kernel=4),
        lambda: UNetGenerator(channels=()),
        lambda: UNetGenerator(channels=(4, 0)),
        lambda: ResNet(blocks=0),
        lambda: ConvDecoder(layers=0),
        lambda: ConvDecoder(channels=0),
        lambda: DeepDecoder(0),
    ],
)
def test_numbers_must_be_positive(make):
    with pytest.raises(ArgumentError, match="must"):
        make()


def test_the_default_input_is_the_image_rounded_up():
    net = Generator()
    assert net.input_size(5, 1) == (5, 1)
    net.stride, net.least = 8, 16
    assert net.input_size(17, 3) == (24, 16)
