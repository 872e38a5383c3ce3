from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from scipy.ndimage import uniform_filter
from torch import Tensor

from preimage.errors import ArgumentError, CapabilityError, ShapeError
from preimage.models import PanNet
from preimage.physics import Denoising, GaussianNoise, Pansharpen
from tests.denoisers.networks.counts import loads_what_it_saves, parameters
from tests.example import Example, kernel


def tiny(factor: int = 2) -> PanNet:
    torch.manual_seed(0)
    return PanNet(3, factor, 4, 1)


def cameras(factor: int = 2) -> Pansharpen:
    return Pansharpen(kernel(3, 3), factor, (0.2, 0.5, 0.3), GaussianNoise(0.01), GaussianNoise(0.01))


EXAMPLES = {
    PanNet: [
        Example(tiny, (2, 3, 6, 8), physics=cameras),
        Example(lambda: tiny(3), (2, 3, 9, 3), physics=lambda: cameras(3)),
    ]
}


def test_it_has_the_size_of_its_definition(tmp_path: Path) -> None:
    """Transposed convolution, first, four blocks of two, last: counted here."""
    for c in (4, 8):
        first, last = 9 * (c + 1) * 32 + 32, 9 * 32 * c + c
        assert parameters(lambda c=c: PanNet(c)) == 64 * c * c + c + first + 8 * (9 * 32 * 32 + 32) + last
    loads_what_it_saves(tiny, tmp_path)


def details(x: Tensor) -> Tensor:
    return x - torch.from_numpy(uniform_filter(x.numpy(), (1, 1, 5, 5), mode="nearest"))


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_the_network_by_hand(factor: int, rng: torch.Generator) -> None:
    net, physics = tiny(factor).double(), cameras(factor)
    low = torch.rand(2, 3, 4, 5, generator=rng, dtype=torch.float64)
    grey = torch.rand(2, 1, 4 * factor, 5 * factor, generator=rng, dtype=torch.float64)
    spread = torch.zeros(2, 3, 4 * factor + 2 * factor, 5 * factor + 2 * factor, dtype=torch.float64)
    for i in range(4):
        for j in range(5):
            part = torch.einsum("bc,cdhw->bdhw", details(low)[:, :, i, j], net.enlarge.weight.detach())
            spread[:, :, i * factor : (i + 2) * factor, j * factor : (j + 2) * factor] += part
    start = factor // 2
    enlarged = spread[..., start : start + 4 * factor, start : start + 5 * factor] + net.enlarge.bias[:, None, None]
    features = F.relu(net.head(torch.cat([enlarged, details(grey)], 1)))
    (block,) = net.body
    features = features + block.conv2(F.relu(block.conv1(features)))
    torch.testing.assert_close(net((low, grey), physics), physics.interpolate(low) + net.tail(features))


def test_a_level_passes_through(rng: torch.Generator) -> None:
    """The network sees details only: brighter measurements give a picture brighter by as much."""
    net, physics = tiny().double(), cameras()
    low, grey = physics.A(torch.rand(1, 3, 6, 8, generator=rng, dtype=torch.float64))
    lifted = (low + 0.3, grey + 0.7)
    torch.testing.assert_close(net(lifted, physics), net((low, grey), physics) + 0.3)


def test_it_learns_from_pairs(rng: torch.Generator) -> None:
    """Pictures of one shade in three strengths, whose details the grey picture has."""
    shades = F.interpolate(torch.rand(4, 1, 8, 8, generator=rng), scale_factor=2, mode="bicubic")
    x = shades * torch.tensor([0.9, 0.7, 0.4])[:, None, None]
    torch.manual_seed(0)
    net, physics = PanNet(3, 2, 8, 1), cameras()
    y = physics(x, rng=rng)
    optimizer, losses = torch.optim.Adam(net.parameters(), 1e-2), []
    for _ in range(30):
        loss = (net(y, physics) - x).square().mean()
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    without = (physics.interpolate(y[0]) - x).square().mean().item()
    assert losses[-1] < 0.2 * losses[0]
    assert losses[-1] < 0.5 * without


def test_what_is_refused() -> None:
    y = (torch.zeros(1, 3, 2, 2), torch.zeros(1, 1, 4, 4))
    with pytest.raises(CapabilityError, match="must be Pansharpen, got Denoising"):
        tiny()(y, Denoising())
    with pytest.raises(ShapeError, match="factor 2 of the network, got 3"):
        tiny()(y, cameras(3))
    with pytest.raises(ShapeError, match=r"`y` must be \(B, 3, h, w\)"):
        tiny()((y[0], y[0]), cameras())
    with pytest.raises(ArgumentError, match="`blocks`"):
        PanNet(blocks=0)
