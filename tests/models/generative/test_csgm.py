import pytest
import torch
from torch import Tensor, nn

from preimage.errors import ArgumentError, ConvergenceError
from preimage.models import CSGM, DCGANGenerator, LatentSearch
from preimage.physics import BlurFFT, Denoising, GaussianNoise, Inpainting, PoissonNoise
from tests.example import Example, kernel


class Affine(nn.Module):
    """``W z + b``: images of the shape given."""

    def __init__(self, latent: int = 3, shape: tuple[int, ...] = (1, 4, 3)) -> None:
        super().__init__()
        self.shape = shape
        self.layer = nn.Linear(latent, torch.Size(shape).numel())

    def forward(self, z: Tensor) -> Tensor:
        return self.layer(z).reshape(len(z), *self.shape)


def affine(latent: int = 3, shape: tuple[int, ...] = (1, 4, 3)) -> Affine:
    torch.manual_seed(0)
    return Affine(latent, shape)


EXAMPLES = {CSGM: [Example(lambda: CSGM(affine(3, (3, 6, 5)), 3, 0.5, LatentSearch(2, 10, 0.05)))]}


def closed_form(net: Affine, y: Tensor, dense: Tensor, sigma: float, weight: float) -> Tensor:
    """``(W^T A^T A W / sigma^2 + weight)^-1 W^T A^T (y - A b) / sigma^2``."""
    maps = dense @ net.layer.weight.detach()
    system = maps.T @ maps / sigma**2 + weight * torch.eye(maps.shape[1], dtype=maps.dtype)
    return torch.linalg.solve(system, maps.T @ (y.flatten(1) - dense @ net.layer.bias.detach()).T / sigma**2).T


@pytest.mark.parametrize("weight", [0.0, 3.0])
def test_of_a_linear_generator_it_is_the_closed_form(weight: float, rng: torch.Generator) -> None:
    net, sigma = affine().double(), 0.3
    physics = BlurFFT(kernel(3, 3).double(), GaussianNoise(sigma))
    y = torch.rand(2, 1, 4, 3, generator=rng, dtype=torch.float64)
    dense = physics.A(torch.eye(12, dtype=torch.float64).reshape(12, 1, 4, 3)).reshape(12, 12).T
    z = closed_form(net, y, dense, sigma, weight)
    solution = CSGM(net, 3, weight, LatentSearch(2, 250, 0.1)).solve(y, physics)
    torch.testing.assert_close(solution.state.best, z, rtol=0, atol=1e-4)
    torch.testing.assert_close(solution.x, net(z).detach(), rtol=0, atol=1e-4)
    misfit = (physics.A(solution.x) - y).square().flatten(1).sum(1) / (2 * sigma**2)
    torch.testing.assert_close(solution.state.objective, misfit + weight * solution.state.best.square().sum(1) / 2)


def test_each_image_may_have_its_own_weight(rng: torch.Generator) -> None:
    net, physics = affine(), Denoising(GaussianNoise(0.3))
    y, weight, search = torch.rand(2, 1, 4, 3, generator=rng), torch.tensor([0.1, 10.0]), LatentSearch(2, 20)
    both = CSGM(net, 3, weight, search)(y, physics)
    alone = [CSGM(net, 3, weight[i].item(), search)(y[i : i + 1], physics) for i in range(2)]
    torch.testing.assert_close(both, torch.cat(alone))


def test_of_several_starts_the_best_counts_for_each_image() -> None:
    """A double well in each of two numbers: some starts end in the shallow one."""

    class Wells(nn.Module):
        def forward(self, z: Tensor) -> Tensor:
            return ((z.square() - 1).square() + 0.3 * z).reshape(-1, 1, 1, 2)

    y = torch.tensor([[-0.3, -0.3], [-0.2, -0.35]])
    grid = torch.linspace(-2, 2, 4001)
    values = (grid.square() - 1).square() + 0.3 * grid
    least = ((values - y[..., None]).square().amin(2) / 0.02).sum(1)
    one, many = (
        CSGM(Wells(), 2, 0.0, LatentSearch(count, 60, 0.05)).solve(y.reshape(2, 1, 1, 2), Denoising(GaussianNoise(0.1)))
        for count in (1, 8)
    )
    torch.testing.assert_close(many.state.objective, least, rtol=0, atol=0.01)
    assert bool((one.state.objective > least + 1).any())
    torch.testing.assert_close(many.history.series["objective"][-1], many.state.objective)


def test_the_missing_and_the_law_of_the_noise_are_those_of_the_physics(rng: torch.Generator) -> None:
    net = nn.Sequential(affine(2, (1, 6, 6)), nn.Sigmoid())
    x = net(torch.tensor([[0.4, -0.8]])).detach()
    physics = Inpainting((torch.rand(6, 6, generator=rng) > 0.4).float(), PoissonNoise(1e-4))
    found = CSGM(net, 2, search=LatentSearch(1, 150, 0.1))(physics(x, rng), physics)
    torch.testing.assert_close(found, x, rtol=0, atol=0.03)


def test_the_mode_of_the_generator_is_kept_and_its_statistics_are_left_alone(rng: torch.Generator) -> None:
    net = DCGANGenerator(1, 8, 2, 2).train()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    CSGM(net, 2, search=LatentSearch(1, 2))(torch.rand(2, 1, 8, 8, generator=rng), Denoising(GaussianNoise(0.1)))
    assert all(module.training for module in net.modules())
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert all(parameter.grad is None for parameter in net.parameters())


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`latent`"):
        CSGM(affine(), 0)
    with pytest.raises(ArgumentError, match="`weight`"):
        CSGM(affine(), 3, -1.0)
    with pytest.raises(ArgumentError, match="`rate`"):
        LatentSearch(rate=0.0)
    net = affine()
    nn.init.constant_(net.layer.weight, torch.nan)
    with pytest.raises(ConvergenceError, match="diverged at step 1"):
        CSGM(net, 3, search=LatentSearch(1, 3))(torch.rand(1, 1, 4, 3), Denoising(GaussianNoise(0.1)))
