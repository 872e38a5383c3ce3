import pytest
import torch

from preimage.denoisers import Denoiser, DnCNN, DRUNet, TiledDenoiser
from preimage.denoisers.tiled import spans
from preimage.errors import ArgumentError
from tests.example import Example

EXAMPLES = {
    TiledDenoiser: [Example(lambda: TiledDenoiser(DnCNN(1, width=4, depth=3), 8), shape=(2, 1, 9, 31))],
}


class Everywhere(Denoiser):
    """A denoiser whose output depends on the whole picture."""

    def forward(self, x, sigma):
        return x + 0.01 * x.mean((2, 3), keepdim=True)


@pytest.mark.parametrize("smooth", [False, True])
@pytest.mark.parametrize(("length", "tile", "overlap", "stride"), [
    (1000, 256, 97, 8), (999, 300, 17, 1), (517, 208, 97, 8), (40, 256, 97, 8), (1003, 10, 5, 4), (201, 200, 50, 2),
])  # fmt: skip
def test_tiles_cover_everything_with_weight_one(length, tile, overlap, stride, smooth):
    total = torch.zeros(length)
    found = spans(length, tile, overlap, stride, smooth)
    for span in found:
        total[span.start : span.stop] += span.weights
        assert span.start % stride == 0
        assert span.stop % stride == 0 or span.stop == length
        assert span.stop - span.start <= max(tile, (4 if smooth else 2) * (overlap + stride) + stride)
        trusted = torch.ones(span.stop - span.start, dtype=torch.bool)
        trusted[: overlap if span.start else 0] = False
        trusted[len(trusted) - (overlap if span.stop < length else 0) :] = False
        assert smooth or bool((span.weights[~trusted] == 0).all())
        assert float(span.weights.min()) >= 0
    assert torch.allclose(total, torch.ones(length), atol=1e-6)


@pytest.mark.parametrize("size", [(203, 171), (96, 259), (64, 64)])
@pytest.mark.parametrize("make", [
    lambda: DRUNet(3, (4, 4, 4, 4), 1, residual=True), lambda: DnCNN(3, depth=8, sigma=0.1),
])  # fmt: skip
def test_tiles_change_nothing_where_the_receptive_field_is_finite(rng, size, make):
    torch.manual_seed(0)
    network = make().eval()
    x = torch.rand(1, 3, *size, generator=rng)
    with torch.no_grad():
        whole, tiled = network(x, 0.1), TiledDenoiser(network, 120)(x, 0.1)
    assert len(TiledDenoiser(network, 120).grid(*size)) > 1 or max(size) < 120
    assert torch.allclose(whole, tiled, atol=1e-5)


@pytest.mark.parametrize("shipped", ["drunet-grey-compact", "drunet-color-compact"])
def test_tiles_change_nothing_for_the_shipped_weights(rng, shipped):
    from preimage import zoo

    network = zoo.load(shipped)
    x = torch.rand(1, network.traits.channels or 1, 235, 49, generator=rng)
    with torch.no_grad():
        assert torch.allclose(network(x, 0.1), TiledDenoiser(network, 8)(x, 0.1), atol=1e-5)


def test_tiles_fade_where_it_is_not(rng):
    x = torch.rand(2, 1, 40, 300, generator=rng)
    out = TiledDenoiser(Everywhere(), 260)(x, 0.1)
    assert len(TiledDenoiser(Everywhere(), 260).grid(40, 300)) > 1
    assert (out - Everywhere()(x, 0.1)).abs().max() < 1e-2
    assert (out[..., 1:] - out[..., :-1] - (x[..., 1:] - x[..., :-1])).abs().max() < 1e-4


def test_one_level_per_image_reaches_every_tile(rng):
    network = DRUNet(1, (4, 4, 4, 4), 1).eval()
    x = torch.rand(2, 1, 40, 170, generator=rng)
    with torch.no_grad():
        tiled = TiledDenoiser(network, 100)
        both = tiled(x, torch.tensor([0.1, 0.3]))
        assert torch.allclose(both, torch.cat([tiled(x[:1], 0.1), tiled(x[1:], 0.3)]), atol=1e-6)


def test_every_tile_is_told():
    told = []
    tiled = TiledDenoiser(DnCNN(1, depth=4, sigma=0.1), 16, lambda: told.append(1))
    tiled(torch.zeros(1, 1, 40, 40), 0.1)
    assert len(told) == len(tiled.grid(40, 40)) > 1


def test_a_whole_picture_is_told_in_bands():
    class Slowly(Denoiser):
        def forward(self, x, sigma):
            return 2 * x

        def bands(self, x, sigma):
            for rows in x.split(100, 2):
                seen.append(len(told))
                yield 2 * rows

    told, seen, x = [], [], torch.rand(1, 1, 700, 2)
    tiled = TiledDenoiser(Slowly(), 1000, lambda: told.append(1))
    assert torch.equal(tiled(x, 0.1), 2 * x)
    assert len(told) == tiled.calls(700, 2) == 3
    assert seen == [0, 0, 0, 1, 1, 1, 2]
    assert TiledDenoiser(Slowly(), 300).calls(700, 2) == len(TiledDenoiser(Slowly(), 300).grid(700, 2))


def test_a_tile_has_a_pixel():
    with pytest.raises(ArgumentError, match="tile"):
        TiledDenoiser(Everywhere(), 0)
