import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.loss import PatchDiscriminator
from tests.denoisers.networks.counts import parameters


def test_patches_have_scores_and_images_are_independent() -> None:
    network = PatchDiscriminator(3, 4, 3)
    x = torch.rand(2, 3, 32, 40, generator=torch.Generator().manual_seed(0))
    scores = network(x)
    assert scores.shape == (2, 1, 2, 3)
    torch.testing.assert_close(network(x[:1]), scores[:1])


def test_a_score_of_three_layers_sees_70_pixels() -> None:
    network = PatchDiscriminator(1, 1, 3)
    for part in network.network:
        if isinstance(part, torch.nn.Conv2d):
            torch.nn.init.ones_(part.weight)
    convolutions = torch.nn.Sequential(*(part for part in network.network if isinstance(part, torch.nn.Conv2d)))
    x = torch.zeros(1, 1, 128, 128, requires_grad=True)
    first = convolutions[0]
    y = torch.nn.functional.conv2d(x, first.weight, stride=2, padding=1)
    for layer in list(convolutions)[1:]:
        y = torch.nn.functional.conv2d(y, torch.ones(1, 1, 4, 4), stride=layer.stride, padding=1)
    (gradient,) = torch.autograd.grad(y[0, 0, y.shape[2] // 2, y.shape[3] // 2], x)
    assert int((gradient[0, 0] != 0).any(0).sum()) == 70


def test_it_has_the_size_of_pix2pix() -> None:
    """2,768,705 for pairs of colour pictures, as many public pages tell; three channels less are 3072 weights less."""
    assert parameters(lambda: PatchDiscriminator(6)) == 2_768_705
    assert parameters(lambda: PatchDiscriminator(3)) == 2_768_705 - 3 * 64 * 16


def test_complex_images_have_two_channels_each() -> None:
    assert PatchDiscriminator(2, 2, 1)(torch.zeros(1, 1, 8, 8, dtype=torch.complex64)).shape == (1, 1, 2, 2)


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(ShapeError, match="at least 24 rows and columns"):
        PatchDiscriminator()(torch.zeros(1, 1, 16, 32))
    with pytest.raises(ShapeError, match=r"\(B, 1, H, W\)"):
        PatchDiscriminator()(torch.zeros(1, 3, 32, 32))
    with pytest.raises(ArgumentError, match="`layers` must be at least 1"):
        PatchDiscriminator(layers=0)
