import itertools

import pytest
import torch

from preimage.models.dip import UNetGenerator
from tests.models.dip.definitions import (
    bilinear,
    blocks_of_two,
    convolutions,
    convolve,
    leaky,
    normalisations,
    normalise,
    parameters,
    shaken,
)
from tests.models.problems import normal


def double(x, convs, norms):
    for _ in range(2):
        x = normalise(convolve(x, next(convs)), next(norms)).relu()
    return x


def residual(x, convs, norms):
    out = leaky(normalise(convolve(x, next(convs)), next(norms)))
    out = normalise(convolve(out, next(convs)), next(norms))
    return out + (x if x.shape == out.shape else convolve(x, next(convs)))


def hourglass(z, net, block, across):
    def layers(part):
        return iter(convolutions(part)), iter(normalisations(part))

    fine = block(z, *layers(net.start))
    kept = [fine]
    for down in net.downs:
        kept.append(block(blocks_of_two(kept[-1]).amax(-1), *layers(down)))
    x = kept[-1]
    for depth in reversed(range(len(kept) - 1)):
        convs, norms = layers(net.ups[depth])
        x = normalise(convolve(bilinear(x), next(convs)), next(norms)).relu()
        x = block(torch.cat([kept[depth], x], 1) if across else x, convs, norms)
        assert not list(itertools.chain(convs, norms))
    return convolve(x, net.head).sigmoid()


@pytest.mark.parametrize("across", [True, False])
@pytest.mark.parametrize("block", [double, residual])
@pytest.mark.parametrize("channels", [(3,), (3, 4, 4)])
def test_the_definition(channels, block, across):
    net = shaken(lambda: UNetGenerator(2, 3, channels, residual=block is residual, across=across))
    z = normal(1, 2, *net.input_size(9, 16))
    torch.testing.assert_close(net(z), hourglass(z, net, block, across), rtol=1e-9, atol=1e-11)


def test_parameters():
    def conv(a, b):
        return 9 * a * b + 3 * b  # kernel, offset; scale and offset of the normalisation

    c = (16, 32, 64, 128, 256)
    down = sum(conv(a, b) + conv(b, b) for a, b in zip((32, *c), c, strict=False))
    up = sum(conv(b, a) + conv(2 * a, a) + conv(a, a) for a, b in itertools.pairwise(c))
    assert parameters(UNetGenerator()) == down + up + 16 * 3 + 3
    assert UNetGenerator().input_size(100, 33) == (112, 48)
