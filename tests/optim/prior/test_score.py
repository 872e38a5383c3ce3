import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage.denoisers import Denoiser
from preimage.optim import GD, RED, ScorePrior, Variational
from preimage.physics import Denoising
from preimage.physics.noise import GaussianNoise
from tests.example import LEVELS, Example, Mirror

EXAMPLES = {
    ScorePrior: [Example(lambda: ScorePrior(Mirror(), LEVELS, weight=LEVELS))],
}


class Wiener(Denoiser):
    """The posterior mean for independent normal pixels of mean 0 and variance 0.04."""

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        return x * 0.04 / (0.04 + per_image(sigma, x) ** 2)


def test_the_score_of_a_normal_density(rng: torch.Generator) -> None:
    x, sigma = torch.randn(2, 1, 3, 3, generator=rng, dtype=torch.float64), torch.tensor([0.1, 0.5])
    prior = ScorePrior(Wiener(), sigma, weight=3.0)
    variance = (0.04 + sigma.double() ** 2).reshape(2, 1, 1, 1)
    torch.testing.assert_close(prior.grad(x), 3 * x / variance, rtol=1e-6, atol=0)
    torch.testing.assert_close(prior(x), (1.5 * x.square() / variance).flatten(1).sum(1), rtol=1e-6, atol=0)


def test_it_is_red_with_another_weight(rng: torch.Generator) -> None:
    x = torch.rand(2, 1, 3, 3, generator=rng)
    torch.testing.assert_close(ScorePrior(Wiener(), 0.2, 0.1).grad(x), RED(Wiener(), 0.2, 0.1 / 0.04).grad(x))


def test_gradient_descent_reaches_the_map_under_the_smoothed_prior(rng: torch.Generator) -> None:
    y = torch.rand(2, 1, 3, 3, generator=rng, dtype=torch.float64)
    model = Variational(GD(step_size=0.004), ScorePrior(Wiener(), 0.1), max_steps=2000, tol=1e-12)
    # y / s^2 = x (1 / s^2 + 1 / v) with s = 0.1 and v = 0.05.
    torch.testing.assert_close(model(y, Denoising(GaussianNoise(0.1))), y / 1.2)
