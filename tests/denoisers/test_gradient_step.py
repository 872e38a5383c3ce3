import pytest
import torch
from torch import Tensor, nn

from preimage.denoisers import Denoiser, DnCNN, DRUNet, GradientStepDenoiser, GSDRUNet
from tests.example import Example

EXAMPLES = {
    GradientStepDenoiser: [Example(lambda: GradientStepDenoiser(DnCNN(1, width=4, depth=3)), shape=(2, 1, 9, 17))],
    GSDRUNet: [Example(lambda: GSDRUNet(1, (4, 4, 8, 8), blocks=1), shape=(2, 1, 17, 19))],
}


class Matrix(Denoiser):
    """``sigma W x`` on flattened images."""

    def __init__(self, matrix: Tensor) -> None:
        super().__init__()
        self.matrix = nn.Parameter(matrix)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        level = torch.as_tensor(sigma, dtype=x.dtype).reshape(-1, 1)
        return (level * (x.flatten(1) @ self.matrix.mT)).reshape(x.shape)


@pytest.fixture
def network() -> GSDRUNet:
    torch.manual_seed(0)
    return GSDRUNet(1, (3, 4, 5, 6), blocks=1).double()


def test_a_linear_network_by_hand(rng: torch.Generator) -> None:
    w = torch.randn(6, 6, generator=rng, dtype=torch.float64)
    denoiser, x = GradientStepDenoiser(Matrix(w)), torch.rand(2, 1, 2, 3, generator=rng, dtype=torch.float64)
    for index, sigma in enumerate((0.5, 2.0)):
        rest = torch.eye(6, dtype=torch.float64) - sigma * w
        v = x[index].flatten()
        expected = v - rest.mT @ rest @ v
        result = denoiser(x, torch.tensor([0.5, 2.0]))[index].flatten()
        torch.testing.assert_close(result, expected)
        torch.testing.assert_close(denoiser.potential(x, sigma)[index], 0.5 * (rest @ v).square().sum())


def test_the_residual_is_a_gradient_its_jacobian_symmetric(network: GSDRUNet, rng: torch.Generator) -> None:
    x = torch.rand(1, 1, 8, 8, generator=rng, dtype=torch.float64)
    jacobian = torch.autograd.functional.jacobian(lambda u: u - network(u, 0.1), x).reshape(64, 64)
    torch.testing.assert_close(jacobian, jacobian.mT, atol=1e-12, rtol=1e-9)
    inner = torch.autograd.functional.jacobian(lambda u: network.network(u, 0.1), x).reshape(64, 64)
    assert float((inner - inner.mT).abs().max()) > 1e-3  # which the network's own is not
    d = torch.randn(x.shape, generator=rng, dtype=torch.float64)
    rise = (network.potential(x + 1e-5 * d, 0.1) - network.potential(x - 1e-5 * d, 0.1)) / 2e-5
    torch.testing.assert_close(rise, ((x - network(x, 0.1)) * d).flatten(1).sum(1), rtol=1e-7, atol=0)


def test_it_works_where_nothing_is_recorded(network: GSDRUNet, rng: torch.Generator) -> None:
    x = torch.rand(2, 1, 9, 8, generator=rng, dtype=torch.float64)
    expected = network(x, torch.tensor([0.1, 0.2]))
    with torch.no_grad():
        silent = network(x, torch.tensor([0.1, 0.2]))
    with torch.inference_mode():
        inside = network(x + 0.0, torch.tensor([0.1, 0.2]))
        kept = network(x, torch.tensor([0.1, 0.2]))
    assert expected.requires_grad
    assert not silent.requires_grad
    for result in (silent, inside, kept):
        assert torch.equal(result, expected.detach())


def test_gradients_reach_weights_and_image(network: GSDRUNet, rng: torch.Generator) -> None:
    x = torch.rand(1, 1, 8, 8, generator=rng, dtype=torch.float64, requires_grad=True)
    head = network.get_parameter("network.m_head.weight")
    by_x, by_weight = torch.autograd.grad(network(x, 0.1).square().sum(), (x, head))
    step, direction = 1e-6, torch.randn(head.shape, generator=rng, dtype=torch.float64)
    values = []
    for sign in (1, -1):
        with torch.no_grad():
            head.add_(sign * step * direction)
            values.append(network(x, 0.1).square().sum())
            head.sub_(sign * step * direction)
    torch.testing.assert_close((values[0] - values[1]) / (2 * step), (by_weight * direction).sum(), rtol=1e-5, atol=0)
    assert float(by_x.abs().max()) > 0


def test_the_network_is_a_drunet_with_another_activation() -> None:
    network = GSDRUNet(3, (3, 4, 5, 6), blocks=2)
    plain = DRUNet(3, (3, 4, 5, 6), blocks=2)
    assert network.network.state_dict().keys() == plain.state_dict().keys()
    kinds = {type(part) for part in network.modules()}
    assert nn.ELU in kinds
    assert nn.ReLU not in kinds
    assert (network.traits.channels, network.traits.stride) == (3, 8)
    assert network.traits.receptive_radius == 2 * (plain.traits.receptive_radius or 0)
