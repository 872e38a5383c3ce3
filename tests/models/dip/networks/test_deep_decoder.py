import pytest
import torch

from preimage.models.dip import DeepDecoder
from tests.models.dip.definitions import (
    bilinear,
    convolutions,
    convolve,
    normalisations,
    normalise,
    parameters,
    shaken,
)
from tests.models.problems import made, normal


def test_the_definition():
    net = shaken(lambda: DeepDecoder(3, 2, 3))
    z = normal(1, 3, 3, 2)
    convs, norms = convolutions(net), normalisations(net)
    x = z
    for index in range(3):  # the publication enlarges first
        x = convolve(bilinear(x) if index < 2 else x, convs[index])
        x = normalise(x.relu(), norms[index])
    torch.testing.assert_close(net(z), convolve(x, convs[3]).sigmoid(), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize(("channels", "count"), [(128, 100_224), (64, 25_536)])
def test_published_numbers_of_parameters(channels, count):
    net = DeepDecoder(channels)
    assert parameters(net) == count == 6 * channels**2 + 2 * 6 * channels + 3 * channels
    assert net.input_size(512, 512) == (16, 16)


def test_it_cannot_draw_noise():
    """The weights are a twelfth of the pixels: a smooth picture is fitted, noise is not."""

    def missing(target):
        net = made(lambda: DeepDecoder(8, 1, 4)).float()
        assert parameters(net) < target.numel() / 12
        z, optimizer = 0.1 * normal(1, 8, 8, 8, dtype=torch.float32), torch.optim.Adam(net.parameters(), 0.02)
        for _ in range(150):
            optimizer.zero_grad()
            loss = (net(z) - target).square().mean() / target.var()
            loss.backward()
            optimizer.step()
        return loss.item()

    u = torch.linspace(0, 1, 64)
    smooth = (0.5 + 0.4 * (4 * u[:, None] + 3 * u).sin()).reshape(1, 1, 64, 64)
    shuffled = smooth.flatten()[torch.randperm(4096, generator=torch.Generator().manual_seed(0))].reshape(smooth.shape)
    assert missing(smooth) < 0.1 < 0.8 < missing(shuffled)
