from functools import partial

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from preimage import zoo
from preimage.denoisers import Denoiser, FFDNet
from preimage.errors import ArgumentError, CapabilityError
from preimage.optim import DPIR, Annealing
from preimage.physics import (
    BlurFFT,
    Demosaicing,
    Denoising,
    Downsampling,
    GaussianNoise,
    Inpainting,
    LaplaceNoise,
    ParallelBeam,
    Tomography,
    stack,
)
from preimage.solve import Reason
from tests.data import DATA, needs_data
from tests.example import Example

EXAMPLES = {
    DPIR: [
        Example(lambda: DPIR(FFDNet(3, width=4, depth=3), Annealing(steps=3))),
        Example(lambda: DPIR.deblurring(FFDNet(3, width=4, depth=3), averaging=True)),
    ],
}


class Smoothing(Denoiser):
    """A Gaussian-like filter whose width follows the noise level: linear in x, symmetric, no weights."""

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        strength = torch.as_tensor(sigma, dtype=x.dtype).reshape(-1, 1, 1, 1)
        kernel = torch.tensor([1.0, 2.0, 1.0], dtype=x.dtype)
        kernel = (kernel[:, None] * kernel / 16).expand(x.shape[1], 1, 3, 3)
        smooth = F.conv2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), kernel, groups=x.shape[1])
        return x + (5 * strength).clamp(0, 1) * (smooth - x)


class Recorder(Smoothing):
    """Notes the levels and the ranges it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: list[float] = []
        self.ranges: list[tuple[float, float]] = []

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        self.levels.append(float(torch.as_tensor(sigma).flatten()[0]))
        self.ranges.append((float(x.min()), float(x.max())))
        return super().forward(x, sigma)


def psnr(x: Tensor, truth: Tensor) -> float:
    return -10 * float(torch.log10((x - truth).square().mean()))


def photograph() -> Tensor:
    image = np.array(Image.open(DATA / "test" / "Set3C" / "butterfly.png").convert("RGB"))[40:136, 60:156]
    return torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255


def bump() -> Tensor:
    axis = torch.arange(-4, 5).float()
    kernel = torch.exp(-(axis[:, None] ** 2) / 8 - axis**2 / 4)
    return kernel / kernel.sum()


def test_the_iteration_is_that_of_the_publication(rng):
    """A loop written out with dense Fourier arithmetic gives the same image."""
    x = torch.rand(2, 1, 16, 12, generator=rng, dtype=torch.float64)
    noise = 7.65 / 255
    physics = BlurFFT(bump().double(), GaussianNoise(noise))
    y = physics(x, rng=rng)
    otf = torch.zeros(16, 12, dtype=torch.float64)
    otf[:9, :9] = bump()
    otf = torch.fft.fft2(torch.roll(otf, (-4, -4), (0, 1)))
    wanted, denoiser = y, Smoothing()
    for sigma in np.logspace(np.log10(49 / 255), np.log10(noise), 8):
        rho = 0.23 * noise**2 / sigma**2
        spectrum = (otf.conj() * torch.fft.fft2(y) + rho * torch.fft.fft2(wanted)) / (otf.abs() ** 2 + rho)
        wanted = denoiser(torch.fft.ifft2(spectrum).real, float(sigma))
    torch.testing.assert_close(DPIR.deblurring(denoiser)(y, physics), wanted, rtol=0, atol=1e-10)


def test_levels_asked_of_the_denoiser():
    recorder = Recorder()
    y = torch.rand(1, 1, 8, 8)
    solution = DPIR.deblurring(recorder).solve(y, BlurFFT(torch.ones(1, 1), GaussianNoise(7.65 / 255)))
    assert [255 * level for level in recorder.levels[:3]] == pytest.approx([49, 37.58, 28.82], abs=5e-3)
    assert 255 * recorder.levels[-1] == pytest.approx(7.65, abs=1e-4)
    assert solution.reason == (Reason("all_steps", 8),)


def test_presets_carry_the_published_settings():
    denoiser = Smoothing()
    assert DPIR.denoising(denoiser).annealing.steps == 1
    assert DPIR.superresolution(denoiser, 3).annealing == Annealing(24, floor=3 / 255, gain=1.0)
    assert DPIR.demosaicing(denoiser).annealing == Annealing(40, floor=0.6 / 255, gain=1.0)
    recorder = Recorder()
    DPIR.superresolution(recorder, 2)(torch.rand(1, 1, 4, 4), Downsampling(torch.ones(1, 1), 2))
    assert len(recorder.levels) == 24
    assert 255 * recorder.levels[-1] == pytest.approx(2, abs=1e-4)


def test_denoising_is_one_call_and_averaging_it_eight():
    y = torch.rand(2, 3, 8, 8)
    physics = Denoising(GaussianNoise(0.1))
    torch.testing.assert_close(DPIR.denoising(Smoothing())(y, physics), Smoothing()(y, 0.1))
    recorder = Recorder()
    averaged = DPIR.denoising(recorder, averaging=True)(y, physics)
    assert recorder.levels == pytest.approx([0.1] * 8)
    torch.testing.assert_close(averaged, Smoothing()(y, 0.1))  # a filter with all symmetries is its own average


def test_periodic_averaging_costs_one_call_a_step_and_keeps_a_symmetric_result():
    y = torch.rand(1, 1, 12, 12)
    physics = BlurFFT(bump(), GaussianNoise(0.03))
    recorder = Recorder()
    averaged = DPIR.deblurring(recorder, averaging=True)(y, physics)
    assert len(recorder.levels) == 8
    torch.testing.assert_close(averaged, DPIR.deblurring(Smoothing())(y, physics))


@pytest.mark.parametrize("physics", [Demosaicing(), Inpainting(torch.rand(12, 10) > 0.5)], ids=["mosaic", "mask"])
def test_pixels_seen_without_noise_are_written_back_and_the_denoiser_sees_the_unit_range(physics):
    recorder = Recorder()
    model = DPIR.demosaicing(recorder) if isinstance(physics, Demosaicing) else DPIR.inpainting(recorder)
    y = physics(torch.rand(2, 3, 12, 10))
    x = model(y, physics)
    torch.testing.assert_close(physics.A(x), y)
    assert min(low for low, _ in recorder.ranges) >= 0
    assert max(high for _, high in recorder.ranges) <= 1
    noisy = physics.replace(noise=GaussianNoise(0.05))
    assert float((physics.A(model(y, noisy)) - y).abs().max()) > 1e-3


def test_one_noise_level_per_image_and_independent_samples(rng):
    x = torch.rand(2, 1, 12, 12, generator=rng)
    physics = BlurFFT(bump(), GaussianNoise(torch.tensor([0.02, 0.1])))
    y = physics(x, rng=rng)
    together = DPIR.deblurring(Smoothing())(y, physics)
    for index, sigma in enumerate((0.02, 0.1)):
        alone = DPIR.deblurring(Smoothing())(y[index : index + 1], physics.replace(sigma=sigma))
        torch.testing.assert_close(alone[0], together[index], rtol=0, atol=1e-5)


def test_two_sensors_with_noise_of_their_own(rng):
    x = F.interpolate(torch.rand(1, 1, 6, 6, generator=rng), size=24, mode="bicubic").clamp(0, 1)
    sharp, blurred = Denoising(GaussianNoise(0.1)), BlurFFT(bump(), GaussianNoise(0.01))
    y = (sharp(x, rng=rng), blurred(x, rng=rng))
    both = DPIR.deblurring(Smoothing())(y, stack(sharp, blurred))
    assert psnr(both, x) > max(psnr(part, x) for part in y) + 3


def test_other_noises_are_refused():
    with pytest.raises(CapabilityError, match="Gaussian"):
        DPIR.denoising(Smoothing())(torch.rand(1, 1, 4, 4), Denoising(LaplaceNoise(0.1)))


def test_gradients_reach_the_measurement_and_the_kernel():
    kernel = bump().requires_grad_()
    y = torch.rand(1, 1, 12, 12, requires_grad=True)
    x = DPIR.deblurring(Smoothing())(y, BlurFFT(kernel, GaussianNoise(0.05)))
    for gradient in torch.autograd.grad(x.square().sum(), (y, kernel)):
        assert bool(gradient.isfinite().all())
        assert float(gradient.abs().max()) > 0


@needs_data
def test_photographs_gain_even_with_a_crude_denoiser(rng):
    x = photograph()
    blurred = BlurFFT(bump(), GaussianNoise(0.01))
    y = blurred(x, rng=rng)
    assert psnr(DPIR.deblurring(Smoothing())(y, blurred), x) > psnr(y, x) + 2
    decimated, model = Downsampling(bump(), 2), DPIR.superresolution(Smoothing(), 2)
    y = decimated(x)
    assert psnr(model(y, decimated), x) > psnr(model.init(y, decimated), x) + 5


@needs_data
@pytest.mark.parametrize(
    # About a decibel less than the shipped weights gain on this small crop.
    ("task", "gain"),
    [("deblurring", 5.6), ("superresolution", 9.0), ("inpainting", 3.0), ("demosaicing", 7.0)],
)
def test_every_task_restores_a_photograph_with_and_without_averaging(task, gain, rng):
    x, denoiser = photograph()[..., :64, :64], zoo.load("drunet-color-compact")
    model, physics = {
        "deblurring": (DPIR.deblurring, BlurFFT(bump(), GaussianNoise(0.03))),
        "superresolution": (partial(DPIR.superresolution, factor=2), Downsampling(bump(), 2)),
        "inpainting": (DPIR.inpainting, Inpainting(torch.rand(64, 64, generator=rng) > 0.5)),
        "demosaicing": (DPIR.demosaicing, Demosaicing()),
    }[task]
    y = physics(x, rng=rng)
    with torch.no_grad():
        plain, averaged = (model(denoiser, averaging=averaging)(y, physics) for averaging in (False, True))
    assert psnr(plain, x) > psnr(model(denoiser).init(y, physics), x) + gain
    # Averaging need not help on every picture; it must not ruin one.
    assert psnr(averaged, x) > psnr(plain, x) + (1.0 if task == "demosaicing" else -0.5)


def test_noise_of_a_stack_is_not_written_back(rng):
    class Flat(Denoiser):
        def forward(self, x, sigma):
            return torch.full_like(x, 0.5)

    mask = (torch.rand(1, 1, 16, 16, generator=rng) > 0.5).float()
    x = torch.rand(1, 1, 16, 16, generator=rng)
    noisy = stack(Inpainting(mask, GaussianNoise(0.1)), Inpainting(1 - mask, GaussianNoise(0.1)))
    assert torch.equal(DPIR.inpainting(Flat())(noisy(x, rng), noisy), torch.full_like(x, 0.5))
    exact = stack(Inpainting(mask), Inpainting(1 - mask))
    assert torch.allclose(DPIR.inpainting(Flat())(exact(x, rng), exact), x, atol=1e-5)


@pytest.mark.parametrize("factor", [300.0, 1e-4])
def test_the_unit_of_the_measurement_does_not_count(factor, rng):
    """Ten thousand times the signal with as much noise is the same problem."""
    x = torch.rand(2, 1, 16, 12, generator=rng, dtype=torch.float64)
    physics = Inpainting((torch.rand(16, 12, generator=rng) > 0.3).double(), GaussianNoise(torch.tensor([0.1, 0.02])))
    scaled = (factor * physics).with_noise(GaussianNoise(factor * torch.tensor([0.1, 0.02], dtype=torch.float64)))
    y = physics(x, rng=rng)
    method = DPIR(Smoothing(), Annealing(steps=4), init=lambda y, physics: torch.zeros_like(x))
    torch.testing.assert_close(method(factor * y, scaled), method(y, physics), rtol=0, atol=1e-6)


def test_the_last_level_is_that_of_the_noise_in_the_image():
    recorder = Recorder()
    scan = Tomography(ParallelBeam(range(0, 180, 30), 12), (8, 8), noise=GaussianNoise(0.5))
    y = torch.rand(1, 1, 6, 12)
    DPIR(recorder, Annealing(steps=3))(y, scan)
    assert recorder.levels[-1] == pytest.approx(0.5 / scan.norm(torch.zeros(1, 1, 8, 8)).item(), rel=1e-3)
    DPIR(recorder, Annealing(steps=3, gain=5.0))(y, scan)
    assert recorder.levels[-1] == pytest.approx(0.1, rel=1e-3)
    with pytest.raises(ArgumentError, match="`gain` must be positive"):
        Annealing(gain=0.0)
