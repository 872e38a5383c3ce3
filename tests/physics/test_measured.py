"""Which entries of a measurement are measured, and that nothing else counts."""

import pytest
import torch

from preimage.fidelity import likelihood
from preimage.optim import BurgEntropy
from preimage.optim.algorithm.step_sizes import curvature
from preimage.physics import (
    Blur,
    BlurFFT,
    CompressedSensing,
    Decolorize,
    Demosaicing,
    Denoising,
    Downsampling,
    DownsamplingMatlab,
    GaussianNoise,
    Inpainting,
    LaplaceNoise,
    LogPoissonNoise,
    NoNoise,
    PhaseRetrieval,
    Physics,
    PoissonGaussianNoise,
    PoissonNoise,
    stack,
)
from preimage.physics.noise import Noise

SHAPE = (2, 3, 8, 6)
KERNEL = torch.ones(3, 3) / 9


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed))


MASK = (random(2, 1, 8, 6) > 0.5).float()
SEEN = MASK > 0
COLOURS = (random(3, 8, 6, seed=1) > 0.7).float()

# A physics, and what of its measurement is measured; None for all.
CASES = [
    (Inpainting(MASK), SEEN),
    (Inpainting(0.25 * MASK), SEEN),
    (3.0 * Inpainting(MASK), SEEN),
    (1j * Inpainting(MASK), SEEN),
    (Inpainting(MASK) + Inpainting(MASK), SEEN),
    (Inpainting(MASK).H, SEEN),
    (Inpainting(MASK) @ BlurFFT(KERNEL), SEEN),
    (2 * (Inpainting(MASK) @ Blur(KERNEL, "reflect")), SEEN),
    (Inpainting(MASK) @ Denoising(), SEEN),
    (DownsamplingMatlab(1) @ Inpainting(MASK), SEEN),
    (Decolorize() @ Inpainting(COLOURS), COLOURS.amax(0, keepdim=True)[None] > 0),
    (Demosaicing() @ Inpainting(MASK), SEEN),
    (PhaseRetrieval(Inpainting(MASK) @ BlurFFT(KERNEL)), SEEN),
    (
        CompressedSensing(torch.tensor([[0.0, 0.0], [1.0, -1.0]]).repeat(1, 72), (3, 8, 6)),
        torch.tensor([[False, True]]),
    ),
    (BlurFFT(KERNEL) @ Inpainting(MASK), None),
    (Denoising(), None),
    (Blur(KERNEL, "valid"), None),
    (BlurFFT(KERNEL), None),
    (Downsampling(KERNEL, 2), None),
    (DownsamplingMatlab(2), None),
    (Decolorize(), None),
    (Demosaicing(), None),
]


@pytest.mark.parametrize(("physics", "wanted"), CASES, ids=lambda case: type(case).__name__)
def test_what_is_measured(physics: Physics, wanted: torch.Tensor | None) -> None:
    y = physics.A(random(*SHAPE, seed=2))
    got = physics.seen(y)
    everything = torch.ones(y.shape, dtype=torch.bool)
    got = everything if got is None else got.expand(y.shape)
    assert torch.equal(got, everything if wanted is None else wanted.expand(y.shape))


def test_each_sensor_of_a_stack_measures_its_own() -> None:
    pair = stack(Inpainting(MASK), stack(Denoising(), Inpainting(1 - MASK)))
    first, (second, third) = pair.seen(pair.A(random(*SHAPE)))
    assert second is None
    assert torch.equal(first, SEEN)
    assert torch.equal(third, ~SEEN)


NOISES = [
    NoNoise(),
    GaussianNoise(0.1),
    LaplaceNoise(0.1),
    PoissonNoise(0.01),
    PoissonNoise(0.01, 0.05),
    LogPoissonNoise(100.0),
    PoissonGaussianNoise(0.01, 0.1),
]


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: repr(noise))
@pytest.mark.parametrize("operator", [Inpainting(MASK), Inpainting(MASK) @ BlurFFT(KERNEL)], ids=["mask", "product"])
@pytest.mark.parametrize("hidden", [-9999.0, 1e30, float("nan"), float("inf")])
def test_what_lies_outside_a_mask_is_never_read(noise: Noise, operator: Physics, hidden: float) -> None:
    physics = operator.replace(noise=noise)
    x = 0.1 + random(*SHAPE, seed=3)
    y = torch.where(SEEN, physics(x, torch.Generator().manual_seed(0)), 0)
    clean, dirty = likelihood(physics, y), likelihood(physics, torch.where(SEEN, y, hidden))
    point = 0.2 + random(*SHAPE, seed=4)
    assert clean(point).isfinite().all()
    assert torch.equal(dirty(point), clean(point))
    assert torch.equal(dirty.grad(point), clean.grad(point))
    assert dirty.grad(point).isfinite().all()


@pytest.mark.parametrize("noise", [GaussianNoise(0.1), PoissonNoise(0.01), PoissonNoise(0.01, 0.05)], ids=repr)
@pytest.mark.parametrize("hides", ["zeros", "noise"])
@pytest.mark.parametrize("blurred", [False, True])
def test_discrepancy_of_a_true_image_is_one_whatever_is_hidden(noise: Noise, hides: str, blurred: bool) -> None:
    mask = (random(1, 1, 100, 100) > 0.7).float()
    operator = Inpainting(mask) @ BlurFFT(KERNEL) if blurred else Inpainting(mask)
    physics = operator.replace(noise=noise)
    x = torch.full((2, 1, 100, 100), 0.5)
    y = physics(x, torch.Generator().manual_seed(1))
    y = mask * y if hides == "zeros" else y
    # The mean of three thousand squares has a standard deviation of 0.026.
    torch.testing.assert_close(likelihood(physics, y).discrepancy(x), torch.ones(2), rtol=0, atol=0.1)
    assert likelihood(physics, y).measured.count().tolist() == 2 * [mask.sum().item()]


def test_discrepancy_of_a_stack_counts_what_each_sensor_measures() -> None:
    mask = (random(1, 1, 100, 100) > 0.9).float()
    pair = stack(Inpainting(mask, GaussianNoise(0.1)), Inpainting(1 - mask, PoissonNoise(0.01)))
    x = torch.full((1, 1, 100, 100), 0.5)
    first, second = pair(x, torch.Generator().manual_seed(1))
    f = likelihood(pair, (mask * first, second))
    assert f.measured.count().tolist() == [1e4]
    torch.testing.assert_close(f.discrepancy(x), torch.ones(1), rtol=0, atol=0.05)


@pytest.mark.parametrize("noise", [GaussianNoise(0.1), PoissonNoise(0.01), PoissonNoise(0.01, 0.05)], ids=repr)
def test_constants_of_a_data_term_do_not_depend_on_what_is_hidden(noise: Noise) -> None:
    physics = Inpainting(MASK, noise)
    x = random(*SHAPE, seed=3)
    y = physics(x, torch.Generator().manual_seed(0))
    clean, dirty = (likelihood(physics, torch.where(SEEN, y, hidden)) for hidden in (0.0, 50.0))
    constants = [curvature, *([lambda f, x: f.lipschitz(x)] if noise.curvature(y) is not None else [])]
    constants += [BurgEntropy().relative_lipschitz] if isinstance(noise, PoissonNoise) else []
    for constant in constants:
        assert torch.equal(constant(dirty, x), constant(clean, x))


def test_the_mean_count_is_that_of_the_pixels_seen() -> None:
    mask = torch.zeros(1, 1, 10, 10).index_fill(-1, torch.tensor([0]), 1)
    sparse = likelihood(Inpainting(mask, PoissonNoise(0.01)), 0.5 * mask)
    full = likelihood(Denoising(PoissonNoise(0.01)), torch.full((1, 1, 10, 10), 0.5))
    torch.testing.assert_close(curvature(sparse, mask), curvature(full, mask))


def test_complex_entries_count_twice_and_nothing_measured_is_no_discrepancy() -> None:
    mask = torch.stack([torch.ones(1, 4, 4), torch.zeros(1, 4, 4)])
    y = torch.full((2, 1, 4, 4), 1 + 1j, dtype=torch.complex64)
    f = likelihood(Inpainting(mask, GaussianNoise(0.5)), y)
    assert f.measured.count().tolist() == [32, 0]
    assert f.discrepancy(0 * y).tolist() == [pytest.approx(4.0), 0]


def test_deviance_keeps_single_precision_where_counts_are_many() -> None:
    x = torch.full((1, 1, 50, 50), 0.5)
    physics = Denoising(PoissonNoise(1e-9))
    y = physics(x.double(), torch.Generator().manual_seed(0))
    exact = likelihood(physics, y).discrepancy(x.double()).item()
    # Rounding y moves entries by up to 3e-8 of them; with 5e8 counts, their deviation is 4e-5.
    assert likelihood(physics, y.float()).discrepancy(x).item() == pytest.approx(exact, rel=1e-3)
