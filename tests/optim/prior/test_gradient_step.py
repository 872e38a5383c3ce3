import pytest
import torch
from torch import Tensor

from preimage.denoisers import Denoiser, EquivariantDenoiser, GradientStepDenoiser, GSDRUNet
from preimage.optim import GD, PGD, RED, GradientStepPrior, PnP, Variational
from preimage.physics import Denoising, Inpainting
from preimage.physics.noise import GaussianNoise
from preimage.transform import Reflect
from tests.example import LEVELS, Example

EXAMPLES = {
    GradientStepPrior: [Example(lambda: GradientStepPrior(GSDRUNet(3, (4, 4, 8, 8), blocks=1), LEVELS, weight=LEVELS))],
}


class Smoother(Denoiser):
    """Half the image and half the mean of two neighbours: symmetric, and a contraction away from the mean."""

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        return 0.5 * x + 0.25 * (x.roll(1, -1) + x.roll(-1, -1))


def test_a_linear_network_by_hand(rng: torch.Generator) -> None:
    x = torch.rand(2, 1, 3, 6, generator=rng, dtype=torch.float64)
    weight = torch.tensor([0.5, 2.0], dtype=torch.float64)
    prior = GradientStepPrior(GradientStepDenoiser(Smoother()), 0.1, weight)
    rest = x - Smoother()(x, 0.1)
    torch.testing.assert_close(prior(x), weight / 2 * rest.square().flatten(1).sum(1))
    twice = rest - Smoother()(rest, 0.1)
    torch.testing.assert_close(prior.grad(x), weight.reshape(2, 1, 1, 1) * twice)


def test_descent_lowers_the_objective_to_a_stationary_point(rng: torch.Generator) -> None:
    torch.manual_seed(0)
    network = GSDRUNet(1, (3, 3, 4, 4), blocks=1).double()
    x = torch.rand(1, 1, 8, 8, generator=rng, dtype=torch.float64)
    physics = Inpainting((torch.rand(8, 8, generator=rng) > 0.2).double(), GaussianNoise(1.0))
    prior = GradientStepPrior(network, 0.1, weight=0.5)
    solution = Variational(GD(step_size=0.7), prior, max_steps=400, tol=1e-10).solve(
        physics(x, rng=rng), physics, trace=True
    )
    values = solution.history.series["objective"][:, 0]
    assert bool(solution.converged.all())
    assert bool((values.diff() <= 1e-12).all())


@pytest.mark.parametrize("kind", ["RED", "gradient step", "plug-and-play"])
def test_the_three_uses_of_a_denoiser_converge_where_theory_says(kind: str, rng: torch.Generator) -> None:
    """A linear symmetric denoiser with eigenvalues in [0, 1]: each limit solves linear equations."""
    y = torch.rand(1, 1, 1, 6, generator=rng, dtype=torch.float64)
    physics = Denoising(GaussianNoise(1.0))
    eye = torch.eye(6, dtype=torch.float64)
    d = torch.cat([Smoother()(row.reshape(1, 1, 1, 6), 0.1).reshape(1, 6) for row in eye])
    denoiser = EquivariantDenoiser(Smoother(), Reflect())
    if kind == "RED":
        model, system = Variational(GD(step_size=0.3), RED(denoiser, 0.1, 2.0), tol=1e-12), eye + 2 * (eye - d)
    elif kind == "gradient step":
        prior = GradientStepPrior(GradientStepDenoiser(denoiser), 0.1, 2.0)
        model, system = Variational(GD(step_size=0.3), prior, tol=1e-12), eye + 2 * (eye - d) @ (eye - d)
    else:  # x = D(x - t (x - y)) with t = 1/2: (1 - D / 2) x = D y / 2
        model = Variational(PGD(step_size=0.5), PnP(denoiser), tol=1e-12)
        system = torch.linalg.solve(d + 1e-9 * eye, 2 * (eye - d / 2))
    expected = torch.linalg.solve(system, y.flatten()).reshape(y.shape)
    torch.testing.assert_close(model(y, physics), expected, rtol=1e-6, atol=1e-7)
