import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.loss import UNetDiscriminator


def made(**more):
    torch.manual_seed(0)
    return UNetDiscriminator(**more).double()


def test_published_layers_and_their_count():
    with torch.device("cpu"):
        network = UNetDiscriminator()
    assert sum(parameter.numel() for parameter in network.parameters()) == 4_376_897
    names = set(network.state_dict())
    assert {
        "conv0.weight",
        "conv0.bias",
        "conv1.weight_orig",
        "conv1.weight_u",
        "conv8.weight_v",
        "conv9.bias",
    } <= names


def test_every_pixel_has_a_score_of_its_own_image():
    network = made(channels=1, width=2).eval()
    x = torch.rand(3, 1, 16, 24, dtype=torch.float64)
    scores = network(x)
    assert scores.shape == (3, 1, 16, 24)
    torch.testing.assert_close(network(x[1:2]), scores[1:2])
    assert torch.equal(network(x), scores)


def test_layers_have_spectral_norms_of_one_after_some_calls():
    network = made(channels=1, width=4)
    for _ in range(120):
        network(torch.rand(1, 1, 8, 8, dtype=torch.float64))
    for name in ("conv1", "conv4", "conv8"):
        weight = network.get_submodule(name).weight
        assert float(torch.linalg.matrix_norm(weight.detach().flatten(1), 2)) == pytest.approx(1, abs=0.02)


def test_it_learns_to_tell_smooth_images_from_noise():
    network, rng = made(channels=1, width=4).float(), torch.Generator().manual_seed(0)
    optimizer = torch.optim.Adam(network.parameters(), 3e-3)
    for _ in range(120):
        noise = torch.rand(4, 1, 16, 16, generator=rng)
        smooth = noise.mean((2, 3), keepdim=True).expand_as(noise)
        true, false = network(smooth), network(noise)
        optimizer.zero_grad()
        ((true - 1).square().mean() + false.square().mean()).backward()
        optimizer.step()
    assert float(true.detach().mean()) > float(false.detach().mean()) + 0.5


def test_what_it_refuses():
    with pytest.raises(ShapeError, match="multiples of 8"):
        made(channels=1, width=2)(torch.rand(1, 1, 12, 8, dtype=torch.float64))
    with pytest.raises(ArgumentError, match="`width`"):
        UNetDiscriminator(3, 0)
