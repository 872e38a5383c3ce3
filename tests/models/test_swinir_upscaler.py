from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from preimage.errors import ArgumentError
from preimage.models import SwinIRUpscaler
from preimage.physics import Downsampling
from tests.denoisers.networks.counts import loads_what_it_saves, names, parameters
from tests.example import Example, kernel

SMALL = {"width": 60, "depths": (6, 6, 6, 6), "heads": (6, 6, 6, 6), "enlargement": "pixelshuffledirect"}


def tiny(factor: int = 2, enlargement: str = "pixelshuffle", is_large: bool = False) -> SwinIRUpscaler:
    torch.manual_seed(0)
    return SwinIRUpscaler(factor, 8, (2,), (2,), enlargement, is_large)


EXAMPLES = {SwinIRUpscaler: [Example(tiny, (2, 3, 18, 20), physics=lambda: Downsampling(kernel(3, 3), 2))]}


def test_it_has_the_published_size() -> None:
    """Of the small networks the publication gives thousands, without the biases of displacements, for 2, 3 and 4."""
    biases = 4 * 6 * 15**2 * 6
    for factor, thousands in ((2, 878), (3, 886), (4, 897)):
        assert round((parameters(lambda f=factor: SwinIRUpscaler(f, **SMALL)) - biases) / 1000) == thousands
    counts = [parameters(lambda f=factor: SwinIRUpscaler(f)) for factor in (2, 3, 4)]
    assert counts == [11_752_487, 11_937_127, 11_900_199]


def test_layers_have_the_published_names(tmp_path: Path) -> None:
    found = names(SwinIRUpscaler)
    for name in (
        "conv_first.weight", "layers.0.conv.weight", "conv_before_upsample.0.weight", "upsample.0.weight",
        "upsample.2.bias", "conv_last.weight",
    ):  # fmt: skip
        assert name in found
    real = names(lambda: SwinIRUpscaler(4, enlargement="nearest+conv", is_large=True))
    for name in (
        "layers.0.conv.0.weight", "layers.0.conv.2.weight", "layers.0.conv.4.bias", "conv_after_body.4.weight",
        "conv_up1.weight", "conv_up2.weight", "conv_hr.bias",
    ):  # fmt: skip
        assert name in real
    assert "conv_up2.weight" not in names(lambda: SwinIRUpscaler(2, enlargement="nearest+conv"))
    loads_what_it_saves(tiny, tmp_path)


@pytest.mark.parametrize(
    ("factor", "enlargement"),
    [(2, "pixelshuffle"), (3, "pixelshuffle"), (4, "pixelshuffle"), (3, "pixelshuffledirect"), (4, "nearest+conv")],
)
def test_size_and_enlargement(factor: int, enlargement: str) -> None:
    """A trunk of zeros passes features on, which are enlarged as the name says."""
    net = tiny(factor, enlargement).double()
    for part in (net.conv_after_body, net.layers):
        for parameter in part.parameters():
            torch.nn.init.zeros_(parameter)
    y = torch.rand(2, 3, 8, 16, dtype=torch.float64)
    mean = torch.tensor([0.4488, 0.4371, 0.4040], dtype=torch.float64)[:, None, None]
    features = net.conv_first(y - mean)
    if enlargement == "pixelshuffledirect":
        wanted = F.pixel_shuffle(net.upsample[0](features), factor)
    else:
        features = F.leaky_relu(net.conv_before_upsample[0](features), 0.01)
        if enlargement == "nearest+conv":
            for conv in (net.conv_up1, net.conv_up2):
                larger = features.repeat_interleave(2, -1).repeat_interleave(2, -2)
                features = F.leaky_relu(conv(larger), 0.2)
            features = F.leaky_relu(net.conv_hr(features), 0.2)
        else:
            for step in range(1 if factor == 3 else factor // 2):
                features = F.pixel_shuffle(net.upsample[2 * step](features), 3 if factor == 3 else 2)
        wanted = net.conv_last(features)
    torch.testing.assert_close(net(y), wanted + mean)
    assert net(y[..., :5, :11]).shape == (2, 3, 5 * factor, 11 * factor)
    assert net(y[:0]).shape == (0, 3, 8 * factor, 16 * factor)


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`factor` must"):
        SwinIRUpscaler(5)
    with pytest.raises(ArgumentError, match="`factor` must"):
        SwinIRUpscaler(3, enlargement="nearest+conv")
    with pytest.raises(ArgumentError, match="`enlargement` must"):
        SwinIRUpscaler(enlargement="bicubic")
