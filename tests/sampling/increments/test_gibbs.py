import pytest
import torch

from preimage.errors import CapabilityError
from preimage.physics import (
    BlurFFT,
    CompressedSensing,
    Denoising,
    GaussianNoise,
    Inpainting,
    NoNoise,
    PoissonNoise,
    kernels,
)
from preimage.sampling import ChainPlan
from preimage.sampling.increments import (
    GaussianIncrements,
    IncrementGibbs,
    IncrementLaw,
    LaplaceIncrements,
    SpikeLaplaceIncrements,
    StudentIncrements,
)
from tests.example import Example
from tests.sampling.increments.grid import posterior_of_two

SHORT = ChainPlan(2, 1, 1, 1)


def denoising() -> Denoising:
    return Denoising(GaussianNoise(0.1))


EXAMPLES = {
    IncrementGibbs: [
        Example(lambda: IncrementGibbs(LaplaceIncrements(), SHORT), (2, 1, 3, 4), physics=denoising),
        Example(lambda: IncrementGibbs(SpikeLaplaceIncrements(), SHORT), (2, 1, 1, 6), physics=denoising),
    ]
}


def test_normal_increments_have_the_posterior_in_closed_form(rng: torch.Generator) -> None:
    mask = torch.tensor([1.0, 0, 1, 1, 0, 1])[None, None, None]
    physics = Inpainting(mask, GaussianNoise(0.3))
    y = physics(torch.randn(1, 1, 1, 6, generator=rng).cumsum(-1), rng=rng)
    model = IncrementGibbs(GaussianIncrements(0.25), ChainPlan(300, 1, 0, 1))
    samples = model.sample(y.expand(1, 1, 6, 6), physics).samples
    sums = torch.tril(torch.ones(6, 6))
    prior = 0.25 * sums @ sums.T
    gain = prior @ torch.linalg.inv(prior + torch.diag(0.09 / mask.flatten().clamp_min(1e-9)))
    found, spread = samples.mean((0, 1, 2, 3)), samples.std((0, 1, 2, 3))
    wanted = (prior - gain @ prior).diagonal().sqrt()
    torch.testing.assert_close(found, y[0, 0, 0] @ gain.T, rtol=0, atol=0.05)
    torch.testing.assert_close(spread, wanted, rtol=0.07, atol=0)


@pytest.mark.parametrize(
    "law",
    [LaplaceIncrements(0.6), StudentIncrements(1.0), SpikeLaplaceIncrements(0.8, 0.3)],
    ids=lambda law: type(law).__name__,
)
def test_two_increments_by_integration(law: IncrementLaw) -> None:
    """``y`` of a signal of two numbers, against sums over a grid of both increments."""
    physics = Denoising(GaussianNoise(0.5))
    y = torch.tensor([0.9, 1.6]).expand(1, 1, 8, 2)  # signals that are alike: fewer sweeps make as many samples
    samples = IncrementGibbs(law, ChainPlan(800, 1, 20, 1)).sample(y, physics).samples
    mean, covariance, still = posterior_of_two(law, y[0, 0, 0], 0.5)
    pairs = samples.reshape(-1, 2).double()
    torch.testing.assert_close(pairs.mean(0), mean, rtol=0, atol=0.025)
    torch.testing.assert_close(pairs.var(0), covariance.diagonal(), rtol=0.08, atol=0)
    if law.rate < 1:
        jumped = (samples.diff(dim=-1).abs() > 1e-6).double().mean()
        assert float(jumped) == pytest.approx(1 - still, abs=0.05)


def test_several_signals_and_operators(rng: torch.Generator) -> None:
    """Signals do not depend on their neighbours; blur and complex measurements are taken, too."""
    model = IncrementGibbs(SpikeLaplaceIncrements(), ChainPlan(3, 1, 2, 2))
    physics = BlurFFT(kernels.gaussian_blur(1.0)[:, :, 2:3], GaussianNoise(0.1))
    y = torch.rand(3, 1, 1, 12, generator=rng)
    samples = model.sample(y, physics).samples
    assert samples.shape == (3, 6, 1, 1, 12)
    torch.testing.assert_close(samples[1:2], model.sample(y[1:2], physics).samples)
    assert torch.equal(samples, model.sample(y, physics).samples)
    wide = model.sample(y.double(), physics)
    assert wide.samples.dtype == torch.float64


def test_long_chains_find_the_jump(rng: torch.Generator) -> None:
    """From a few sums of a signal with one jump of 5, its place is found in nearly all samples."""
    x = torch.cat([torch.zeros(10), torch.full((10,), 5.0)])[None, None, None]
    physics = CompressedSensing(torch.randn(14, 20, generator=rng) / 14**0.5, (1, 1, 20), GaussianNoise(0.02))
    y = physics(x, rng=rng)
    posterior = IncrementGibbs(SpikeLaplaceIncrements(1.0, 0.1), ChainPlan(60, 1, 30, 1)).sample(y, physics)
    torch.testing.assert_close(posterior.mean(), x, rtol=0, atol=0.2)


def test_what_is_refused() -> None:
    model, y = IncrementGibbs(LaplaceIncrements()), torch.zeros(1, 1, 1, 4)
    for noise in (PoissonNoise(0.1), NoNoise(), GaussianNoise(0.0)):
        with pytest.raises(CapabilityError, match="white Gaussian noise"):
            model.sample(y, Denoising(noise))
    with pytest.raises(CapabilityError, match="at most 4096"):
        model.sample(torch.zeros(1, 1, 1, 5000), Denoising(GaussianNoise(1.0)))
