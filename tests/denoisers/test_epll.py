import pytest
import torch
from torch import Tensor

from preimage.denoisers import EPLLDenoiser, GaussianMixture
from preimage.errors import ShapeError
from preimage.optim import EPLL
from preimage.transform import patch_counts
from tests.example import Example, mixture

EXAMPLES = {
    EPLLDenoiser: [
        Example(lambda: EPLLDenoiser(mixture(12), 2), shape=(2, 3, 9, 17)),
        Example(lambda: EPLLDenoiser(mixture(9), 3, 2), shape=(2, 1, 8, 7)),
    ],
}


def correlated(dim: int, rng: torch.Generator) -> Tensor:
    """A random covariance of vectors without their mean, and a floor."""
    factor = torch.randn(dim, dim, generator=rng, dtype=torch.float64)
    factor = 0.1 * (factor - factor.mean(0))
    return factor @ factor.mT + 1e-4 * torch.eye(dim)


def matrices(shape: tuple[int, int], size: int) -> list[Tensor]:
    """For each patch of a grey image, the matrix that cuts it out."""
    pixels = torch.eye(shape[0] * shape[1], dtype=torch.float64).reshape(-1, *shape)
    return [
        pixels[:, r : r + size, c : c + size].flatten(1).mT
        for r in range(shape[0] - size + 1)
        for c in range(shape[1] - size + 1)
    ]


def test_half_quadratic_steps_with_dense_matrices(rng: torch.Generator) -> None:
    """Two components, each patch through the filter of its better one; the image step as linear equations."""
    covariances = torch.stack([correlated(9, rng), 0.2 * correlated(9, rng)])
    mixture = GaussianMixture(torch.tensor([0.4, 0.6]).double(), torch.zeros(2, 9).double(), covariances)
    y, sigma, cuts = torch.rand(5, 6, generator=rng, dtype=torch.float64), 0.1, matrices((5, 6), 3)
    centre = torch.eye(9, dtype=torch.float64) - 1 / 9
    x, data = y.flatten(), torch.stack([cut.mT @ cut for cut in cuts]).sum(0) / 9
    for beta in (1.0, 4.0):
        noisy = covariances + sigma**2 / beta * torch.eye(9)
        system, right = data / sigma**2, data @ y.flatten() / sigma**2
        for cut in cuts:
            v = centre @ cut @ x
            fits = [
                weight.log() + torch.distributions.MultivariateNormal(torch.zeros(9).double(), c).log_prob(v)
                for weight, c in zip(mixture.weights, noisy, strict=True)
            ]
            k = int(torch.stack(fits).argmax())
            z = covariances[k] @ torch.linalg.solve(noisy[k], v) + (cut @ x).mean()
            system = system + beta / sigma**2 / 9 * cut.mT @ cut
            right = right + beta / sigma**2 / 9 * cut.mT @ z
        x = torch.linalg.solve(system, right)
    found = EPLLDenoiser(mixture, 3, betas=(1, 4))(y[None, None], sigma)
    torch.testing.assert_close(found[0, 0], x.reshape(5, 6))


def test_strong_coupling_reaches_the_minimum_for_one_gaussian(rng: torch.Generator) -> None:
    """The objective is then quadratic; what steps of one weight ``b`` converge to is off by O(1/b)."""
    covariance, cuts, sigma = correlated(4, rng) + 0.01 * torch.eye(4), matrices((4, 5), 2), 0.1
    mixture = GaussianMixture(torch.ones(1).double(), torch.zeros(1, 4).double(), covariance[None])
    y = torch.rand(1, 1, 4, 5, generator=rng, dtype=torch.float64)
    centre = torch.eye(4, dtype=torch.float64) - 1 / 4
    share = torch.stack([cut.mT @ cut for cut in cuts]).sum(0) / 4 / sigma**2
    precisions = [cut.mT @ centre @ torch.linalg.solve(covariance, centre @ cut) for cut in cuts]
    system = share + torch.stack(precisions).sum(0) / 4
    least = torch.linalg.solve(system, share @ y.flatten())
    errors = [
        float((EPLLDenoiser(mixture, 2, betas=(b,) * 60 * b)(y, sigma).flatten() - least).norm()) for b in (1, 4, 16)
    ]
    assert errors[2] < errors[1] / 2.5 < errors[0] / 2.5**2
    assert errors[2] < 0.03 * float((y.flatten() - least).norm())


def test_the_schedule_lowers_the_objective_most_of_the_way(rng: torch.Generator) -> None:
    mixture = GaussianMixture(
        torch.tensor([0.4, 0.6]).double(),
        torch.zeros(2, 9).double(),
        torch.stack([correlated(9, rng), 0.05 * correlated(9, rng)]),
    )
    y, sigma = torch.rand(1, 1, 9, 8, generator=rng, dtype=torch.float64), 0.1
    prior, share = EPLL(mixture, 3), patch_counts(y, 3) / 9

    def objective(x: Tensor) -> Tensor:
        return (0.5 / sigma**2 * share * (x - y).square()).sum() + prior(x).sum()

    x = y.clone().requires_grad_()
    newton = torch.optim.LBFGS([x], max_iter=500, tolerance_grad=1e-9, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        newton.zero_grad()
        value = objective(x)
        value.backward()
        return value

    newton.step(closure)
    start, found, least = objective(y), objective(EPLLDenoiser(mixture, 3)(y, sigma)), objective(x.detach())
    assert float((found - least) / (start - least)) < 0.2


def test_flat_images_stay_and_no_noise_changes_little(rng: torch.Generator) -> None:
    denoiser = EPLLDenoiser(GaussianMixture(torch.ones(1), torch.zeros(1, 16), 0.01 * torch.eye(16)[None]), 4)
    flat = torch.full((1, 1, 7, 9), 0.3)
    torch.testing.assert_close(denoiser(flat, 0.1), flat)
    x = torch.rand(2, 1, 7, 9, generator=rng)
    torch.testing.assert_close(denoiser(x, 0.0), x)


def test_gradients_reach_image_level_and_mixture(rng: torch.Generator) -> None:
    covariances = torch.nn.Parameter(torch.stack([correlated(4, rng), 0.2 * correlated(4, rng)]))
    weights, means = torch.tensor([0.4, 0.6]).double(), torch.zeros(2, 4).double()
    x = torch.rand(2, 1, 3, 3, generator=rng, dtype=torch.float64, requires_grad=True)
    sigma = torch.tensor([0.1, 0.2], dtype=torch.float64, requires_grad=True)

    def denoise(x: Tensor, sigma: Tensor, covariances: Tensor) -> Tensor:
        return EPLLDenoiser(GaussianMixture(weights, means, covariances), 2)(x, sigma)

    assert torch.autograd.gradcheck(denoise, (x, sigma, covariances))


def test_state_fills_an_untrained_one(rng: torch.Generator) -> None:
    mixture = GaussianMixture(torch.ones(1), torch.zeros(1, 12), correlated(12, rng).float()[None])
    denoiser, empty = EPLLDenoiser(mixture, 2), EPLLDenoiser.untrained(3, 2, 1)
    empty.load_state_dict(denoiser.state_dict())
    x = torch.rand(1, 3, 6, 7, generator=rng)
    assert empty.traits.channels == 3
    assert torch.equal(empty(x, 0.1), denoiser(x, 0.1))


def test_patches_that_do_not_fit_are_refused(rng: torch.Generator) -> None:
    with pytest.raises(ShapeError, match="multiple of 16 dimensions, got 9"):
        EPLLDenoiser(GaussianMixture(torch.ones(1), torch.zeros(1, 9), torch.eye(9)[None]), 4)
    with pytest.raises(ShapeError, match="at least 4 pixels"):
        EPLLDenoiser.untrained(1, 4, 1)(torch.rand(1, 1, 3, 8, generator=rng), 0.1)
