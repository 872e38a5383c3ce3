from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage.denoisers import RescaledDenoiser
from preimage.errors import ArgumentError, ShapeError
from preimage.sampling import NoisePrediction, ddpm_sigmas
from preimage.sampling.networks import DiffUNet
from preimage.sampling.networks.diff_unet import embedded_time
from tests.denoisers.networks.counts import loads_what_it_saves, names, parameters


def tiny() -> DiffUNet:
    torch.manual_seed(0)
    net = DiffUNet(32, (1, 2), 1, attention=(2,), channels=1, outputs=2)
    for parameter in net.parameters():
        nn.init.normal_(parameter, std=0.1)
    return net


def test_it_has_the_published_size() -> None:
    """93.6 million for faces; 553,838,086 for ImageNet with its embedding of 1000 classes, which is not here."""
    assert parameters(DiffUNet) == 93_563_910
    assert parameters(lambda: DiffUNet(256, blocks=2, attention=(8, 16, 32))) + 1000 * 1024 == 553_838_086


def test_layers_have_the_published_names(tmp_path: Path) -> None:
    found = names(DiffUNet)
    for name in (
        "time_embed.0.weight", "time_embed.2.bias", "input_blocks.0.0.weight", "input_blocks.1.0.in_layers.0.weight",
        "input_blocks.1.0.in_layers.2.weight", "input_blocks.1.0.emb_layers.1.weight",
        "input_blocks.1.0.out_layers.0.bias", "input_blocks.1.0.out_layers.3.weight",
        "input_blocks.5.0.skip_connection.weight", "input_blocks.9.1.qkv.weight", "input_blocks.9.1.proj_out.bias",
        "input_blocks.9.1.norm.weight", "middle_block.1.qkv.bias", "middle_block.2.out_layers.3.weight",
        "output_blocks.0.0.skip_connection.weight", "output_blocks.1.1.in_layers.0.weight",
        "output_blocks.3.2.in_layers.2.weight", "output_blocks.11.0.in_layers.2.bias", "out.0.weight", "out.2.bias",
    ):  # fmt: skip
        assert name in found, name
    loads_what_it_saves(tiny, tmp_path)


def test_times_become_waves() -> None:
    found = embedded_time(torch.tensor([0.0, 250.0]), 32)
    rates = torch.tensor([10_000 ** (-k / 16) for k in range(16)])
    torch.testing.assert_close(found[1], torch.cat([(250 * rates).cos(), (250 * rates).sin()]))
    torch.testing.assert_close(found[0], torch.cat([torch.ones(16), torch.zeros(16)]))


def residual(block: nn.Module, x: Tensor, time: Tensor, size: float) -> Tensor:
    def resized(z: Tensor) -> Tensor:
        if size == 2:
            return z.repeat_interleave(2, -1).repeat_interleave(2, -2)
        return z if size == 1 else F.avg_pool2d(z, 2)

    part = dict(block.named_modules())
    features = part["in_layers.2"](resized(F.silu(part["in_layers.0"](x))))
    scale, shift = part["emb_layers.1"](F.silu(time)).chunk(2, 1)
    features = part["out_layers.0"](features) * (1 + scale[..., None, None]) + shift[..., None, None]
    return part["skip_connection"](resized(x)) + part["out_layers.3"](F.silu(features))


def attention(block: nn.Module, x: Tensor) -> Tensor:
    part = dict(block.named_modules())
    batch, width, head = *x.shape[:2], 32  # of a network whose width is no multiple of 64
    seen = part["qkv"](part["norm"](x).flatten(2)).reshape(batch * width // head, 3 * head, -1)
    queries, keys, values = seen.split(head, 1)
    weights = (torch.einsum("bct,bcs->bts", queries, keys) / head**0.5).softmax(-1)
    return x + part["proj_out"](torch.einsum("bts,bcs->bct", weights, values).reshape(batch, width, -1)).view_as(x)


def test_the_network_by_hand(rng: torch.Generator) -> None:
    """Two scales, of 32 and 64 channels, the second one with attention."""
    net = tiny().double()
    z = torch.randn(2, 1, 6, 4, generator=rng, dtype=torch.float64)
    t = torch.tensor([3.0, 700.0], dtype=torch.float64)
    time = net.time_embed[2](F.silu(net.time_embed[0](embedded_time(t, 32))))
    (a,), (b,), (c,), (d, d2) = (list(stage) for stage in net.input_blocks)
    first = F.conv2d(z, a.weight, a.bias, padding=1)
    second = residual(b, first, time, 1)
    third = residual(c, second, time, 0.5)
    fourth = attention(d2, residual(d, third, time, 1))
    e, f, g = net.middle_block
    x = residual(g, attention(f, residual(e, fourth, time, 1)), time, 1)
    (h, h2), (i, i2, i3), (j,), (k,) = (list(stage) for stage in net.output_blocks)
    x = attention(h2, residual(h, torch.cat([x, fourth], 1), time, 1))
    x = residual(i3, attention(i2, residual(i, torch.cat([x, third], 1), time, 1)), time, 2)
    x = residual(j, torch.cat([x, second], 1), time, 1)
    x = residual(k, torch.cat([x, first], 1), time, 1)
    torch.testing.assert_close(net(z, t), net.out[2](F.silu(net.out[0](x))))


def test_as_a_denoiser_of_pictures(rng: torch.Generator) -> None:
    """``t`` at the level ``2 sigma`` of images in [-1, 1], and the noise in the first channel."""
    net, sigmas = tiny(), ddpm_sigmas().float()
    x, sigma = torch.rand(2, 1, 8, 8, generator=rng), sigmas[[100, 400]] / 2
    z = 2 * x - 1
    level = 2 * sigma[:, None, None, None]
    noise = net(z / (1 + level.square()).sqrt(), torch.tensor([100.0, 400.0]))[:, :1]
    found = RescaledDenoiser(NoisePrediction(net, sigmas))(x, sigma)
    torch.testing.assert_close(found, (z - level * noise + 1) / 2, rtol=1e-3, atol=1e-3)


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`width` must"):
        DiffUNet(40)
    with pytest.raises(ArgumentError, match="`multiples`"):
        DiffUNet(32, ())
    with pytest.raises(ShapeError, match="multiples of 2"):
        tiny()(torch.zeros(1, 1, 5, 4), torch.zeros(1))
