import pytest
import torch

from preimage.denoisers import DRUNet
from preimage.denoisers.blocks import rows
from tests.example import Example

EXAMPLES = {
    DRUNet: [
        Example(lambda: DRUNet(3, (4, 4, 8, 8), blocks=1), shape=(2, 3, 17, 70)),
        Example(lambda: DRUNet(1, (4, 4, 8, 8), blocks=1, residual=True), shape=(2, 1, 17, 19)),
    ],
}


def test_published_sizes_and_names():
    for channels, size in ((1, 32_638_656), (3, 32_640_960)):
        network = DRUNet(channels)
        assert sum(p.numel() for p in network.parameters()) == size
    shapes = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    assert len(shapes) == 64
    assert shapes["m_head.weight"] == (64, 4, 3, 3)
    assert shapes["m_down1.0.res.0.weight"] == (64, 64, 3, 3)
    assert shapes["m_down1.4.weight"] == (128, 64, 2, 2)
    assert shapes["m_body.3.res.2.weight"] == (512, 512, 3, 3)
    assert shapes["m_up3.0.weight"] == (512, 256, 2, 2)
    assert shapes["m_up1.4.res.2.weight"] == (64, 64, 3, 3)
    assert shapes["m_tail.weight"] == (3, 64, 3, 3)


def test_positively_homogeneous(rng):
    network = DRUNet(1, (4, 6, 8, 10), blocks=1).double()
    x = torch.rand(1, 1, 16, 16, generator=rng, dtype=torch.float64)
    torch.testing.assert_close(network(3 * x, 0.3), 3 * network(x, 0.1))


def test_zero_tail_is_the_identity_of_a_residual_network(rng):
    network = DRUNet(3, (2, 2, 2, 2), blocks=1, residual=True)
    torch.nn.init.zeros_(network.m_tail.weight)
    x = torch.rand(1, 3, 11, 5, generator=rng)
    assert torch.equal(network(x, 0.1), x)


@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize(("size", "pixels"), [((61, 37), 40), ((43, 8), 24), ((19, 70), 600), ((9, 200), 1)])
def test_rows_give_what_the_whole_gives(rng, monkeypatch, size, pixels, residual):
    torch.manual_seed(0)
    network = DRUNet(3, (4, 4, 6, 8), blocks=1, residual=residual).double()
    x = torch.rand(3, 3, *size, generator=rng, dtype=torch.float64)
    sigma = torch.tensor([0.0, 0.1, 0.3])
    with torch.no_grad():
        whole = network(x, sigma)
        monkeypatch.setattr(rows, "_PIXELS", pixels)
        bands = list(network.bands(x, sigma))
        assert len(bands) > 1
        torch.testing.assert_close(torch.cat(bands, 2), whole, rtol=1e-12, atol=1e-12)
        assert torch.equal(network(x, sigma), torch.cat(bands, 2))
        assert torch.equal(network(x[:1], 0.0), torch.cat(list(network.bands(x[:1], 0.0)), 2))
    assert network(x, sigma).requires_grad


def test_a_large_picture_needs_no_tiles_and_little_memory():
    network = DRUNet(3, (16, 32, 64, 128), 2)
    assert network.usual_tile() >= 16000
    needs = network.footprint()
    assert needs(400) == 400**2 * needs(1)
    assert needs(4000) < needs(8000) < 2 * needs(4000)
    assert needs(4000) < 400e6  # measured: 340 MB
