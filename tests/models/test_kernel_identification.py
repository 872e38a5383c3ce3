from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage.errors import ArgumentError, ShapeError
from preimage.models import KernelIdentificationNetwork
from preimage.physics import SpaceVaryingBlur
from tests.denoisers.networks.counts import loads_what_it_saves, names, parameters


def tiny(size: int = 33) -> KernelIdentificationNetwork:
    torch.manual_seed(0)
    net = KernelIdentificationNetwork(3, size, 2)
    for parameter in net.parameters():
        nn.init.normal_(parameter, std=0.25)
    return net


def test_it_has_the_size_of_its_definition() -> None:
    """Counted here from the layers, not checked against a published number."""

    def conv(a: int, b: int, side: int = 3) -> int:
        return side * side * a * b + b

    def up(a: int, across: int, b: int) -> int:
        return conv(a, a, 2) + conv(a, b) + conv(b, b) + conv(across + b, b)

    w, k = 64, 25
    total = conv(3, w) + conv(1, w) + conv(16 * w, 16 * w)
    downs = ((w, w), (w, 2 * w), (2 * w, 4 * w), (4 * w, 8 * w), (8 * w, 16 * w))
    total += sum(conv(a, b) + conv(b, b) for a, b in downs)
    for last in (((4, 4, 2), (2, 2, 1), (1, 1, 1)), ((4, 4, 4), (4, 2, 2), (2, 1, 1))):
        total += sum(up(w * a, w * b, w * c) for a, b, c in ((16, 16, 8), (8, 8, 4), *last))
    total += 2 * conv(w, w) + conv(w, k) + conv(w, w, 2) + conv(w, w) + conv(w, k)
    assert parameters(KernelIdentificationNetwork) == total
    assert parameters(lambda: KernelIdentificationNetwork(size=65)) == total + up(w, 0, w)


def test_layers_have_the_published_names(tmp_path: Path) -> None:
    found = names(lambda: KernelIdentificationNetwork(size=65))
    for name in (
        "inc_rgb.0.weight", "inc_gray.0.bias", "down1.double_conv.0.weight", "down5.double_conv.2.bias",
        "feat.0.weight", "up1.up.weight", "up5.double_conv.2.weight", "up3.feat.0.bias", "masks_end.0.weight",
        "masks_end.4.bias", "kernel_up1.up.bias", "kernel_up4.feat.0.weight", "kernel_up6.double_conv.0.weight",
        "kernels_end.4.weight",
    ):  # fmt: skip
        assert name in found, name
    loads_what_it_saves(tiny, tmp_path)


def by_hand(net: KernelIdentificationNetwork, y: Tensor) -> tuple[Tensor, Tensor]:
    """The kernels, as they correlate, and the masks, layer by layer; for sides that are multiples of 32."""
    value = net.state_dict()

    def conv(name: str, x: Tensor, padding: int = 1) -> Tensor:
        return F.conv2d(x, value[f"{name}.weight"], value[f"{name}.bias"], padding=padding)

    def active(x: Tensor) -> Tensor:
        return torch.where(x > 0, x, 0.01 * x)

    def up(name: str, x: Tensor, across: Tensor | None) -> Tensor:
        x = F.conv_transpose2d(x, value[f"{name}.up.weight"], value[f"{name}.up.bias"], stride=2)
        for place in (0, 2):
            x = active(conv(f"{name}.double_conv.{place}", x))
        return active(conv(f"{name}.feat.0", x if across is None else torch.cat([across, x], 1)))

    x, kept = active(conv("inc_rgb.0" if y.shape[1] == 3 else "inc_gray.0", y - 0.5)), []
    for number in range(1, 6):
        for place in (0, 2):
            x = active(conv(f"down{number}.double_conv.{place}", x))
        kept.append(x)
        x = x.unflatten(3, (-1, 2)).amax(4).unflatten(2, (-1, 2)).amax(3)
    x = active(conv("feat.0", x))
    k = x.mean((2, 3), keepdim=True)
    for number, features in enumerate(reversed(kept), 1):
        k = up(f"kernel_up{number}", k, features.mean((2, 3), keepdim=True).repeat(1, 1, 2**number, 2**number))
        x = up(f"up{number}", x, features)
    if net.size == 65:
        k = up("kernel_up6", k, None)
    for place in (0, 2):
        k, x = active(conv(f"kernels_end.{place}", k)), active(conv(f"masks_end.{place}", x))
    k = conv("kernels_end.4", k)
    k = (k - k.amax((2, 3), keepdim=True)).exp()
    masks = conv("masks_end.4", x)
    masks = (masks - masks.amax(1, keepdim=True)).exp()
    return k / k.sum((2, 3), keepdim=True), masks / masks.sum(1, keepdim=True)


@pytest.mark.parametrize(("channels", "size"), [(3, 33), (1, 65)])
def test_the_network_by_hand(channels: int, size: int, rng: torch.Generator) -> None:
    net, y = tiny(size).double(), torch.rand(2, channels, 32, 64, generator=rng, dtype=torch.float64)
    kernels, masks = by_hand(net, y)
    found = net(y)
    torch.testing.assert_close(found["filters"], kernels.flip(2, 3)[:, :, None])
    torch.testing.assert_close(found["multipliers"], masks[:, :, None])


def test_what_it_gives_is_the_blur_of_the_publication(rng: torch.Generator) -> None:
    """Correlation with each kernel, and at each pixel the sum by its masks."""
    net, x = tiny().double(), torch.rand(1, 3, 40, 37, generator=rng, dtype=torch.float64)
    found = net(x)
    physics = SpaceVaryingBlur(**found, padding="reflect", order="convolution-product")
    kernels = found["filters"][0].flip(2, 3)
    each = F.conv2d(F.pad(x[0][:, None], (16,) * 4, mode="reflect"), kernels)
    torch.testing.assert_close(physics.A(x)[0], (each * found["multipliers"][0, :, 0]).sum(1))


def test_pictures_are_independent_and_of_any_size(rng: torch.Generator) -> None:
    net, y = tiny().double(), torch.rand(3, 1, 5, 33, generator=rng, dtype=torch.float64)
    found, alone = net(y), net(y[1:2])
    for name, shape in (("filters", (3, 3, 1, 33, 33)), ("multipliers", (3, 3, 1, 5, 33))):
        assert found[name].shape == shape
        torch.testing.assert_close(found[name][1:2], alone[name])
    torch.testing.assert_close(found["multipliers"].sum(1), torch.ones(3, 1, 5, 33).double())
    torch.testing.assert_close(found["filters"].sum((3, 4)), torch.ones(3, 3, 1).double())


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`size` must be 33 or 65"):
        KernelIdentificationNetwork(size=31)  # pyright: ignore[reportArgumentType] that is the point
    with pytest.raises(ArgumentError, match="`kernels`"):
        KernelIdentificationNetwork(0)
    with pytest.raises(ShapeError, match=r"\(B, 3, H, W\) or"):
        tiny()(torch.zeros(1, 2, 8, 8))
