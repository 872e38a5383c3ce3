import itertools

import pytest
import torch

from preimage.models.dip import SkipNet, SkipScale, scales
from tests.models.dip.definitions import (
    bilinear,
    blocks_of_two,
    convolutions,
    convolve,
    leaky,
    nearest,
    normalisations,
    normalise,
    parameters,
    shaken,
)
from tests.models.problems import made, normal

NEAREST = SkipScale(upsampling="nearest")
LIBRARY = SkipScale(kernel=5, pointwise=False, upsampling="nearest")

# The published networks, with their numbers of parameters and of convolutions.
PUBLISHED = {
    "default": (SkipNet, 2_217_831, 26),
    "snail": (lambda: SkipNet(3, 3, scales((8, 16, 32, 64, 128), (0, 0, 0, 4, 4))), 572_827, 23),
    "text": (lambda: SkipNet(32, 3, scales((128,) * 5, 128, NEAREST)), 3_002_627, 26),
    "vase": (lambda: SkipNet(2, 3, scales((128,) * 5, 0, NEAREST)), 2_157_955, 21),
    "library": (lambda: SkipNet(1, 3, scales((16, 32, 64, 128, 128, 128), 0, LIBRARY)), 2_996_467, 19),
    "kate": (
        lambda: SkipNet(32, 3, scales((16, 32, 64, 128, 128), 0, SkipScale(downsampling="average"))),
        1_027_379,
        21,
    ),
    "flash": (lambda: SkipNet(3, 3, (SkipScale(upsampling="nearest"),) * 2 + (SkipScale(),) * 3), 2_184_307, 26),
}


@pytest.mark.parametrize(("make", "count", "layers"), PUBLISHED.values(), ids=PUBLISHED.keys())
def test_the_published_networks(make, count, layers):
    net = make()
    assert parameters(net) == count
    assert len(convolutions(net)) == layers
    # Every convolution is normalised but the last, and so is what each scale joins.
    assert len(normalisations(net)) == layers - 1 + net.stride.bit_length() - 1


def level(x, scales, convolutions, normalisations):
    """One scale and those below, taking layers as they come: down, below, across, up."""
    scale, *deeper = scales
    average = scale.downsampling == "average"
    down = convolve(x, next(convolutions), stride=1 if average else 2)
    down = blocks_of_two(down).mean(-1) if average else down
    down = leaky(normalise(down, next(normalisations)))
    down = leaky(normalise(convolve(down, next(convolutions)), next(normalisations)))
    below = level(down, deeper, convolutions, normalisations) if deeper else down
    joined = (bilinear if scale.upsampling == "bilinear" else nearest)(below)
    if scale.skip:
        joined = torch.cat([leaky(normalise(convolve(x, next(convolutions)), next(normalisations))), joined], 1)
    up = normalise(joined, next(normalisations))
    for _ in range(1 + scale.pointwise):
        up = leaky(normalise(convolve(up, next(convolutions)), next(normalisations)))
    return up


@pytest.mark.parametrize(
    "scales",
    [
        (SkipScale(4, 3),),
        (SkipScale(4, 0, kernel=5, upsampling="nearest", pointwise=False),),
        (SkipScale(4, 2, downsampling="average"), SkipScale(5, 0, upsampling="nearest"), SkipScale(3, 1, kernel=5)),
    ],
)
def test_the_definition(scales):
    net = shaken(lambda: SkipNet(2, 3, scales))
    z = normal(1, 2, *net.input_size(16, 40))
    convs, norms = iter(convolutions(net)), iter(normalisations(net))
    expected = convolve(level(z, scales, convs, norms), next(convs)).sigmoid()
    assert not list(itertools.chain(convs, norms))
    torch.testing.assert_close(net(z), expected, rtol=1e-9, atol=1e-11)


def test_sizes_are_multiples_of_the_stride():
    net = SkipNet()
    assert net.input_size(256, 257) == (256, 288)
    assert net.input_size(1, 64) == (64, 64)
    # Five taps reflect two pixels: the coarsest scale has three.
    assert SkipNet(1, 1, scales((4, 4), 0, LIBRARY)).input_size(1, 13) == (12, 16)


def test_a_picture_is_drawn_sooner_than_noise():
    """Figure 2 of the paper, small: after so many steps, less of a smooth picture is missing than of noise."""

    def missing(target):
        net = made(lambda: SkipNet(4, 1, scales((8, 8, 8), 0))).float()
        z, optimizer = 0.1 * normal(1, 4, 32, 32, dtype=torch.float32), torch.optim.Adam(net.parameters(), 0.01)
        for _ in range(40):
            optimizer.zero_grad()
            loss = (net(z) - target).square().mean() / target.var()
            loss.backward()
            optimizer.step()
        return loss.item()

    u = torch.linspace(0, 1, 32)
    smooth = (0.5 + 0.4 * (4 * u[:, None] + 3 * u).sin()).reshape(1, 1, 32, 32)
    shuffled = smooth.flatten()[torch.randperm(1024, generator=torch.Generator().manual_seed(0))].reshape(smooth.shape)
    assert missing(smooth) < 0.1 < 0.8 < missing(shuffled)
