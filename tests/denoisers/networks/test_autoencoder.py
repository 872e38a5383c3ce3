from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from preimage.denoisers import AutoEncoder
from preimage.errors import ArgumentError, ShapeError
from tests.denoisers.networks.counts import loads_what_it_saves, parameters
from tests.example import Example


def tiny(residual: bool = False) -> AutoEncoder:
    torch.manual_seed(0)
    return AutoEncoder((2, 3, 5), 6, 4, residual)


EXAMPLES = {
    AutoEncoder: [
        Example(tiny, (2, 2, 3, 5)),
        Example(lambda: AutoEncoder((1, 2, 3, 4), 5, 2, residual=True), (2, 1, 2, 3, 4)),
    ]
}


def test_it_has_the_size_of_its_definition(tmp_path: Path) -> None:
    """Four matrices and offsets: counted here."""
    pixels = 28 * 28
    wanted = 2 * pixels * 1000 + 1000 + 2 * 1000 * 32 + 32 + 1000 + pixels
    assert parameters(lambda: AutoEncoder((1, 28, 28))) == wanted
    loads_what_it_saves(tiny, tmp_path)


@pytest.mark.parametrize("residual", [False, True])
def test_the_network_by_hand(residual: bool, rng: torch.Generator) -> None:
    net, x = tiny(residual).double(), torch.rand(2, 2, 3, 5, generator=rng, dtype=torch.float64)
    one, _, two = net.encoder
    three, _, four = net.decoder
    z = F.relu(x.reshape(2, 30) @ one.weight.T + one.bias) @ two.weight.T + two.bias
    out = F.relu(z @ three.weight.T + three.bias) @ four.weight.T + four.bias
    torch.testing.assert_close(net.encode(x), z)
    torch.testing.assert_close(net(x, 0.1), residual * x + out.reshape(x.shape))


def test_it_learns_images_of_few_numbers(rng: torch.Generator) -> None:
    """Images of two patterns, noisy: what it gives is nearer to the truth than what it saw."""
    patterns = torch.rand(2, 1, 4, 4, generator=rng)
    x = torch.einsum("bk,kchw->bchw", torch.rand(64, 2, generator=rng), patterns)
    torch.manual_seed(0)
    net = AutoEncoder((1, 4, 4), 16, 2)
    optimizer = torch.optim.Adam(net.parameters(), 1e-2)
    for _ in range(150):
        noisy = x + 0.2 * torch.randn(x.shape, generator=rng)
        loss = (net(noisy, 0.2) - x).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.5 * 0.2**2


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`latent`"):
        AutoEncoder((1, 2, 2), latent=0)
    with pytest.raises(ArgumentError, match="`shape`"):
        AutoEncoder((1, 0, 2))
    with pytest.raises(ShapeError, match=r"\(B, 2, 3, 5\)"):
        tiny()(torch.zeros(1, 2, 5, 3), 0.1)
