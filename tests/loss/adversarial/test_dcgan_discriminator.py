import pytest
import torch
import torch.nn.functional as F

from preimage.errors import ArgumentError, ShapeError
from preimage.loss import DCGANDiscriminator
from tests.denoisers.networks.counts import names, parameters


def test_it_has_the_size_of_the_common_checkpoints() -> None:
    """2,765,568: what many public pages tell of the discriminator of PyTorch's example."""
    assert parameters(DCGANDiscriminator) == 2_765_568
    assert names(DCGANDiscriminator) == {
        *(f"main.{number}.weight" for number in (0, 2, 3, 5, 6, 8, 9, 11)),
        *(f"main.{number}.bias" for number in (3, 6, 9)),
    }


def test_the_network_by_hand(rng: torch.Generator) -> None:
    torch.manual_seed(0)
    net = DCGANDiscriminator(2, 16, 3).double()
    first, _, second, norm, _, last = net.main
    torch.nn.init.normal_(norm.bias)
    x = torch.rand(3, 2, 16, 16, generator=rng, dtype=torch.float64)
    z = F.conv2d(F.leaky_relu(F.conv2d(x, first.weight, stride=2, padding=1), 0.2), second.weight, stride=2, padding=1)
    var, mean = torch.var_mean(z, (2, 3), correction=0, keepdim=True)
    z = (z - mean) / (var + 1e-5).sqrt() * norm.weight[:, None, None] + norm.bias[:, None, None]
    wanted = (F.leaky_relu(z, 0.2) * last.weight).sum((1, 2, 3))
    torch.testing.assert_close(net(x), wanted[:, None])
    torch.testing.assert_close(net(x[1:2]), wanted[1:2, None])


def test_complex_images_have_two_channels_each(rng: torch.Generator) -> None:
    net, x = DCGANDiscriminator(2, 8, 2), torch.rand(2, 2, 8, 8, generator=rng)
    torch.testing.assert_close(net(torch.complex(x[:, :1], x[:, 1:])), net(x))


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(ShapeError, match=r"\(B, 3, 8, 8\)"):
        DCGANDiscriminator(3, 8, 2)(torch.zeros(1, 3, 16, 16))
    with pytest.raises(ArgumentError, match="`size`"):
        DCGANDiscriminator(size=4)
    with pytest.raises(ArgumentError, match="`width`"):
        DCGANDiscriminator(width=0)
