import pytest
import torch

from preimage.denoisers import ExampleDenoiser
from preimage.errors import ArgumentError, CapabilityError
from preimage.physics import MRI, Blur, Denoising, GaussianNoise
from preimage.sampling import (
    DPS,
    BlindSampler,
    DiffPIR,
    DiffusionSampler,
    MomentMatching,
    ParameterPrior,
    PowerSchedule,
)
from tests.example import Example
from tests.sampling.gaussian import GaussianDenoiser

IMAGES = GaussianDenoiser(torch.tensor(0.5), torch.tensor(0.3))
PROFILES = torch.tensor([[0.0, 0.0, 1.0, 0.0, 0.0], [0.05, 0.25, 0.4, 0.25, 0.05], [0.0, 0.0, 0.5, 0.5, 0.0]])
KERNELS = (PROFILES[:, :, None] * PROFILES[:, None])[:, None]
PRIOR = ParameterPrior(ExampleDenoiser(KERNELS), KERNELS.mean(0, True), KERNELS.std(0, keepdim=True))


def sampler(steps: int, guidance: DPS | MomentMatching | DiffPIR, samples: int) -> BlindSampler:
    schedule = PowerSchedule(steps, sigma_max=5.0, sigma_min=0.01)
    return BlindSampler(DiffusionSampler(IMAGES, guidance, None, schedule, samples), "kernel", PRIOR)


def blur() -> Blur:
    return Blur(KERNELS.mean(0, True), "circular", noise=GaussianNoise(0.05))


EXAMPLES = {
    BlindSampler: [Example(lambda: sampler(3, DPS(), 2), (2, 1, 6, 5), physics=blur)],
    ParameterPrior: [Example(lambda: PRIOR)],
}


def test_image_and_kernel_are_those_of_the_posterior(rng: torch.Generator) -> None:
    """Of 64 pixels the evidence leaves one kernel: the mean of the image is then its Wiener filter's."""
    true = blur().replace(kernel=KERNELS[1:2])
    y = true(0.5 + 0.3 * torch.randn(1, 1, 8, 8, generator=rng), rng=rng)
    exact = 0.5 + true.solve_regularized(y - 0.5, torch.tensor([(0.05 / 0.3) ** 2]))
    found = sampler(20, MomentMatching(), 5).sample_both(y, blur())
    assert found.parameter.samples.shape == (1, 5, 1, 5, 5)
    assert found.image.samples.shape == (1, 5, 1, 8, 8)
    torch.testing.assert_close(found.parameter.mean()[0], KERNELS[1], rtol=0, atol=0.02)
    spread = float(found.image.variance().mean().sqrt())
    error = float((found.image.mean() - exact).square().mean().sqrt())
    assert error < 1.5 * spread / 5**0.5  # samples of the prior: 0.28


def test_samples_do_not_depend_on_their_number(rng: torch.Generator) -> None:
    y = torch.rand(2, 1, 4, 5, generator=rng)
    few, many = (sampler(3, DPS(), count).sample_both(y, blur()) for count in (1, 2))
    assert torch.equal(few.image.samples, many.image.samples[:, :1])
    assert torch.equal(few.parameter.samples, many.parameter.samples[:, :1])


def test_what_it_cannot_use_is_told() -> None:
    y = torch.zeros(1, 1, 4, 4)
    with pytest.raises(ArgumentError, match="`name` must be a field of Denoising"):
        sampler(2, DPS(), 1).sample(y, Denoising(GaussianNoise(0.1)))
    with pytest.raises(CapabilityError, match="prox"):
        sampler(2, DiffPIR(), 1).sample(y, blur())
    with pytest.raises(CapabilityError, match="real images"):
        BlindSampler(sampler(2, DPS(), 1).image, "mask", PRIOR).sample(
            torch.zeros(1, 1, 4, 4, dtype=torch.complex64), MRI(torch.ones(1, 1, 4, 4), noise=GaussianNoise(0.1))
        )
    with pytest.raises(ArgumentError, match="`unit`"):
        ParameterPrior(PRIOR.denoiser, 0.0, unit=0.0)
