import torch

from preimage.denoisers import EPLLDenoiser, GaussianMixture
from preimage.optim import EPLL, GD, PGD, PnP, Variational
from preimage.physics import Denoising, Inpainting
from preimage.physics.noise import GaussianNoise
from tests.example import LEVELS, Example, mixture

EXAMPLES = {
    EPLL: [Example(lambda: EPLL(mixture(12), 2, weight=LEVELS))],
}


def two_components(rng: torch.Generator) -> GaussianMixture:
    factors = 0.2 * torch.randn(2, 4, 4, generator=rng, dtype=torch.float64)
    spread = factors @ factors.mT + 0.01 * torch.eye(4)
    return GaussianMixture(torch.tensor([0.3, 0.7]).double(), torch.zeros(2, 4).double(), spread)


def test_value_is_the_log_likelihood_of_patches_without_their_means(rng: torch.Generator) -> None:
    model, x = two_components(rng), torch.rand(2, 1, 3, 4, generator=rng, dtype=torch.float64)
    total = torch.zeros(2, dtype=torch.float64)
    for r in range(2):
        for c in range(3):
            patch = x[:, 0, r : r + 2, c : c + 2].flatten(1)
            centred = patch - patch.mean(1, keepdim=True)
            densities = [
                w * torch.distributions.MultivariateNormal(m, s).log_prob(centred).exp()
                for w, m, s in zip(model.weights, model.means, model.covariances, strict=True)
            ]
            total += torch.stack(densities).sum(0).log()
    torch.testing.assert_close(EPLL(model, 2, weight=3.0)(x), -3.0 * total / 4)
    torch.testing.assert_close(EPLL(model, 2)(x + 0.5), EPLL(model, 2)(x))


def test_gradient_descent_reaches_the_map_of_one_gaussian(rng: torch.Generator) -> None:
    """For one component and one patch, the whole image: a Wiener filter on what is not the mean."""
    spread = two_components(rng).covariances[:1]
    single = GaussianMixture(torch.ones(1).double(), torch.zeros(1, 4).double(), spread)
    y, sigma = torch.rand(2, 1, 2, 2, generator=rng, dtype=torch.float64), 0.1
    model = Variational(GD(step_size=0.004), EPLL(single, 2, weight=4.0), max_steps=5000, tol=1e-12)
    flat = y.flatten(1)
    centre = torch.eye(4, dtype=torch.float64) - 1 / 4
    system = torch.eye(4) + 4 * sigma**2 / 4 * centre @ torch.linalg.solve(spread[0], centre)
    torch.testing.assert_close(model(y, Denoising(GaussianNoise(sigma))).flatten(1), flat @ torch.linalg.inv(system))


def test_plug_and_play_with_the_half_quadratic_denoiser_converges(rng: torch.Generator) -> None:
    x = torch.linspace(0.2, 0.8, 8, dtype=torch.float64).expand(1, 1, 8, 8)
    model = Variational(PGD(), PnP(EPLLDenoiser(two_components(rng), 2), weight=5.0), tol=1e-8)
    mask = (torch.rand(8, 8, generator=rng) > 0.3).double()
    physics = Inpainting(mask, GaussianNoise(0.1))
    y = physics(x, rng=rng)
    solution = model.solve(y, physics)
    assert bool(solution.converged.all())
    assert float((solution.x - x).square().mean()) < 0.1 * float((y - x).square().mean())
