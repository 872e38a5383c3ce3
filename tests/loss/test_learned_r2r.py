import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.loss import LearnedR2RLoss, R2RLoss
from preimage.physics import Denoising, GaussianNoise, Inpainting, Physics
from tests.example import SEEN, Example, complex_example
from tests.loss.monte_carlo import DRAWS, bent
from tests.loss.test_unsure import Trained

EXAMPLES = {
    LearnedR2RLoss: [
        Example(LearnedR2RLoss),
        Example(lambda: LearnedR2RLoss(0.2, 1.0, units=0), physics=lambda: Inpainting(SEEN, GaussianNoise(0.1))),
        complex_example(LearnedR2RLoss, (2, 1, 4, 3), lambda: Denoising(GaussianNoise(0.1))),
    ]
}


def test_with_the_noise_itself_it_is_r2r_but_for_a_constant() -> None:
    x = torch.rand(1, 1, 3, 4, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    physics = Denoising(GaussianNoise(0.2))
    y = physics(x.expand(DRAWS, -1, -1, -1), rng=torch.Generator().manual_seed(0))
    found, expected = (
        loss(None, None, y, physics, bent, rng=torch.Generator().manual_seed(1))
        for loss in (LearnedR2RLoss(0.2, 0.5, units=0), R2RLoss(0.5))
    )
    # |h - y2|^2 - v = |h - y|^2 + 2 e (h - y) / alpha + e^2 / alpha^2 - v, and the mean of the last two is -sigma^2.
    gap = found.detach() - expected
    assert abs(gap.mean() - 0.04) < 3 * gap.std() / DRAWS**0.5


def test_the_map_is_odd_and_increasing_and_its_level_is_that_of_its_draws() -> None:
    loss = LearnedR2RLoss(0.3)
    with torch.no_grad():
        loss.log_height.fill_(0.5)
        n = torch.linspace(-4, 4, 101, dtype=torch.float64)
        e = loss.noise_of(n)
        torch.testing.assert_close(e, -e.flip(0))
        assert (e.diff() > 0).all()
        drawn = loss.noise_of(torch.randn(100_000, generator=torch.Generator().manual_seed(0)))
    assert loss.level() == pytest.approx(drawn.std().item(), rel=0.01)
    assert LearnedR2RLoss(0.3, units=0).level() == pytest.approx(0.3, rel=1e-6)


def test_what_makes_the_noise_climbs_while_the_model_follows_it() -> None:
    y = torch.randn(50, 1, 4, 4, generator=torch.Generator().manual_seed(0))
    for gain, sign in ((0.7, -1), (-0.7, 1)):
        loss = LearnedR2RLoss(0.1, 0.5)
        value = loss(None, None, y, Denoising(), lambda y, _, gain=gain: gain * y)
        value.mean().backward()
        assert loss.log_slope.grad is not None
        assert loss.log_slope.grad.sign() == sign


@pytest.mark.parametrize("units", [0, 2])
def test_one_optimizer_finds_the_saddle_point_of_images_on_a_line(units: int) -> None:
    rng, sigma, alpha = torch.Generator().manual_seed(0), 0.5, 0.3
    x = torch.randn(500, 1, generator=rng, dtype=torch.float64) * torch.tensor([2.0, -1.0])
    y = GaussianNoise(sigma).sample(x, rng).reshape(-1, 1, 1, 2)
    loss, model = LearnedR2RLoss(1.0, alpha, units), Trained(2)
    optimizer = torch.optim.Adam([*model.parameters(), *loss.parameters()], lr=0.05, betas=(0.0, 0.9))
    for step in range(300):
        for group in optimizer.param_groups:
            group["lr"] = 0.05 * (1 - step / 300)
        optimizer.zero_grad()
        loss(None, None, y, Denoising(), model, rng=rng).mean().backward()
        optimizer.step()
    # In the eigenvectors of the covariance, of eigenvalues c: w = (c - v) / (c + alpha^2 v), 2 sum w + alpha^2 w^2 = 0.
    eigenvalues = torch.linalg.eigvalsh(y.flatten(1).mT @ y.flatten(1) / len(y))
    variance = solve(eigenvalues, alpha)
    assert loss.level() ** 2 == pytest.approx(variance, rel=0.1)
    weights = (eigenvalues - variance) / (eigenvalues + alpha**2 * variance)
    found = torch.linalg.eigvalsh((model.entries.data + model.entries.data.mT) / 2)
    torch.testing.assert_close(found, weights, rtol=0.0, atol=0.1)


def solve(eigenvalues: Tensor, alpha: float) -> float:
    """The variance of the saddle point, by bisection."""
    low, high = 0.0, float(eigenvalues.max())
    for _ in range(60):
        v = (low + high) / 2
        w = (eigenvalues - v) / (eigenvalues + alpha**2 * v)
        low, high = (v, high) if (2 * w + alpha**2 * w.square()).sum() > 0 else (low, v)
    return v


def test_numbers_out_of_range_are_told() -> None:
    with pytest.raises(ArgumentError, match="`sigma` must be positive"):
        LearnedR2RLoss(0.0)
    with pytest.raises(ArgumentError, match="`units` must be at least 0"):
        LearnedR2RLoss(units=-1)


def test_the_model_sees_more_noise() -> None:
    seen: list[Tensor] = []

    def model(y: Tensor, physics: Physics) -> Tensor:
        seen.append(y)
        return y

    y = torch.zeros(1, 1, 100, 100)
    LearnedR2RLoss(0.2, 0.5, units=0)(None, None, y, Denoising(), model, rng=torch.Generator().manual_seed(0))
    assert seen[0].std().item() == pytest.approx(0.1, rel=0.05)
