from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from preimage.denoisers import ComplexDenoiser, UNet
from preimage.errors import ArgumentError
from tests.denoisers.networks.counts import loads_what_it_saves, names, parameters
from tests.example import Example


def tiny(**settings: int) -> UNet:
    torch.manual_seed(0)
    return UNet(**{"width": 4, "scales": 1, **settings})


EXAMPLES = {
    UNet: [
        Example(tiny, (2, 1, 17, 15)),
        Example(lambda: tiny(channels=3, scales=2, noise_map=True, residual=True), (2, 3, 17, 19)),
        Example(lambda: tiny(dims=3, noise_map=True), (2, 1, 6, 7, 8)),
    ]
}


def test_it_has_the_published_size() -> None:
    """7,756,097 is what fastMRI reports for 32 channels; that for 256 fits the file of 1.98 GB, 4 bytes a number."""
    assert parameters(UNet) == 7_756_097
    assert parameters(lambda: UNet(width=256)) == 496_372_225


def test_layers_have_the_published_names(tmp_path: Path) -> None:
    assert names(lambda: UNet(scales=2)) == {
        *(f"down_sample_layers.{level}.layers.{layer}.weight" for level in (0, 1) for layer in (0, 4)),
        "conv.layers.0.weight", "conv.layers.4.weight",
        "up_conv.0.layers.0.weight", "up_conv.0.layers.4.weight",
        "up_conv.1.0.layers.0.weight", "up_conv.1.0.layers.4.weight", "up_conv.1.1.weight", "up_conv.1.1.bias",
        "up_transpose_conv.0.layers.0.weight", "up_transpose_conv.1.layers.0.weight",
    }  # fmt: skip
    loads_what_it_saves(tiny, tmp_path)


def test_one_scale_by_hand() -> None:
    net = tiny().double()
    x = torch.rand(2, 1, 8, 6, dtype=torch.float64)
    weights = net.state_dict()

    def step(z: torch.Tensor, name: str) -> torch.Tensor:
        for layer in (0, 4):
            z = F.leaky_relu(F.instance_norm(F.conv2d(z, weights[f"{name}.layers.{layer}.weight"], padding=1)), 0.2)
        return z

    fine = step(x, "down_sample_layers.0")
    coarse = step(F.avg_pool2d(fine, 2), "conv")
    larger = F.conv_transpose2d(coarse, weights["up_transpose_conv.0.layers.0.weight"], stride=2)
    joined = step(torch.cat([F.leaky_relu(F.instance_norm(larger), 0.2), fine], 1), "up_conv.0.0")
    wanted = F.conv2d(joined, weights["up_conv.0.1.weight"], weights["up_conv.0.1.bias"])
    torch.testing.assert_close(net(x, 0.1), wanted)


def test_volumes_that_do_not_change_along_an_axis_are_images_inside() -> None:
    """One voxel thick, a volume passes through the middle planes of the kernels alone, but for its padding."""
    flat, deep = tiny(), tiny(dims=3)
    assert deep(torch.rand(1, 1, 3, 5, 6), 0.1).shape == (1, 1, 3, 5, 6)
    assert parameters(lambda: UNet(dims=3, width=8, scales=2)) > parameters(lambda: UNet(width=8, scales=2))
    assert deep.footprint()(32) == 8 * deep.footprint()(16)
    assert flat.footprint()(32) * 4 == flat.footprint()(64)


def test_the_noise_level_is_seen_where_it_is_asked_for(rng: torch.Generator) -> None:
    x = torch.rand(1, 1, 8, 8, generator=rng)
    blind, told = tiny(), tiny(noise_map=True)
    assert torch.equal(blind(x, 0.1), blind(x, 0.2))
    assert ComplexDenoiser(told)(torch.complex(x, x), 0.1).shape == x.shape


def test_what_is_refused() -> None:
    for wrong in ({"dims": 1}, {"width": 0}, {"scales": 0}):
        with pytest.raises(ArgumentError, match="`dims` must be"):
            UNet(**wrong)
