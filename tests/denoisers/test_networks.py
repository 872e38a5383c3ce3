"""What every network promises."""

import copy
import pickle

import pytest
import torch

from preimage.denoisers import IRCNN, DnCNN, DRUNet, FFDNet, IRCNNBank

NETWORKS = {
    "DnCNN": lambda c: DnCNN(c, width=6, depth=4),
    "IRCNN": lambda c: IRCNN(c, width=6),
    "IRCNNBank": lambda c: IRCNNBank(c, width=4, levels=3),
    "FFDNet": lambda c: FFDNet(c, width=6, depth=4),
    "DRUNet": lambda c: DRUNet(c, (4, 5, 6, 7), blocks=1),
    "DRUNet residual": lambda c: DRUNet(c, (4, 5, 6, 7), blocks=2, residual=True),
}


@pytest.fixture(params=NETWORKS)
def make(request):
    torch.manual_seed(0)
    return NETWORKS[request.param]


@pytest.mark.parametrize("size", [(8, 8), (9, 13), (1, 1), (2, 17)])
@pytest.mark.parametrize("channels", [1, 3])
def test_sizes_of_any_parity(make, channels, size, rng):
    network = make(channels)
    assert network.traits.channels == channels
    x = torch.rand(2, channels, *size, generator=rng)
    before = x.clone()
    out = network(x, 0.1)
    assert out.shape == x.shape
    assert out.is_contiguous()
    assert torch.equal(x, before)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.float16])
def test_precision(make, dtype, rng):
    network = make(1)
    x = torch.rand(1, 1, 16, 16, generator=rng)
    expected = network(x, 0.1)
    out = network.to(dtype)(x.to(dtype), 0.1)
    assert out.dtype == dtype
    tolerance = 1e-5 if dtype == torch.float64 else 0.03
    torch.testing.assert_close(out.float(), expected, atol=tolerance, rtol=tolerance)


def test_samples_are_independent(make, rng):
    network = make(1).double()
    x = torch.rand(3, 1, 12, 9, generator=rng, dtype=torch.float64)
    sigma = torch.tensor([0.01, 0.02, 0.05], dtype=torch.float64)
    together = network(x, sigma)
    alone = torch.cat([network(x[i : i + 1], sigma[i : i + 1]) for i in range(3)])
    torch.testing.assert_close(together, alone)


def test_receptive_radius_and_stride(make):
    network = make(1).double()
    assert network.traits.receptive_radius is not None
    # Weights without sign changes: nothing cancels and no ReLU closes, so every path shows in the gradient.
    for parameter in network.parameters():
        torch.nn.init.constant_(parameter, 0.05)
    size = 2 * network.traits.receptive_radius + 3 * network.traits.stride
    size += -size % network.traits.stride
    reached = 0
    for offset in range(network.traits.stride):
        x = torch.ones(1, 1, size, size, dtype=torch.float64, requires_grad=True)
        centre = size // 2 + offset
        (gradient,) = torch.autograd.grad(network(x, 0.1)[0, 0, centre, centre], x)
        rows = gradient[0, 0].abs().sum(1).nonzero().flatten()
        reached = max(reached, int(rows.max()) - centre, centre - int(rows.min()))
    assert reached == network.traits.receptive_radius


def test_pickle_and_deepcopy(make, rng):
    network = make(1)
    x = torch.rand(1, 1, 10, 10, generator=rng)
    expected = network(x, 0.1)
    assert torch.equal(copy.deepcopy(network)(x, 0.1), expected)
    restored = pickle.loads(pickle.dumps(network))
    assert torch.equal(restored(x, 0.1), expected)
    assert (restored.traits.channels, restored.traits.receptive_radius) == (
        network.traits.channels,
        network.traits.receptive_radius,
    )


def test_weights_and_features_are_channels_last(make):
    network = copy.deepcopy(make(3))
    convolutions = [m for m in network.modules() if isinstance(m, torch.nn.Conv2d)]
    assert all(m.weight.is_contiguous(memory_format=torch.channels_last) for m in convolutions)
    layouts = []
    for module in convolutions:
        module.register_forward_hook(
            lambda m, i, out: layouts.append(out.is_contiguous(memory_format=torch.channels_last))
        )
    network(torch.rand(1, 3, 16, 16), 0.01)
    assert all(layouts)
    assert layouts


def test_compiles_whole(make, rng):
    network = make(1)
    if isinstance(network, IRCNNBank):
        pytest.skip("the bank chooses its net by the value of sigma")
    x = torch.rand(1, 1, 16, 16, generator=rng)
    compiled = torch.compile(network, fullgraph=True, backend="eager")
    torch.testing.assert_close(compiled(x, 0.1), network(x, 0.1))
