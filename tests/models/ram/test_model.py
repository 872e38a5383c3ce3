import pytest
import torch

from preimage.models import RAM
from preimage.models.ram.system import system_of
from preimage.physics import (
    MRI,
    BlurFFT,
    Denoising,
    GaussianNoise,
    Inpainting,
    ParallelBeam,
    PoissonGaussianNoise,
    Tomography,
    kernels,
)
from tests.example import SEEN, Example, complex_example
from tests.models.problems import normal

EXAMPLES = {
    RAM: [
        Example(lambda: RAM((4, 4, 6, 8), 1, 2, hidden=4)),
        complex_example(lambda: RAM((4, 4, 6, 8), 1, 2, hidden=4), (2, 1, 6, 5), lambda: MRI(SEEN, GaussianNoise(0.1))),
    ]
}

LEVELS = torch.tensor([0.02, 0.3, 0.1])
MASK = (normal(11, 13) > -0.3).float()


def ram(**more):
    """A small network, no layer of which gives zero."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = RAM((8, 8, 8, 8), 1, 2, hidden=8, **more)
        for name, parameter in model.named_parameters():
            if name.startswith("conditioning") or ".known." in name or ".carry." in name:
                torch.nn.init.normal_(parameter, std=0.3)
        return model.eval()


def problems():
    blur = kernels.gaussian_blur(1.2, size=7)
    scan = Tomography(ParallelBeam(range(0, 180, 20), 17), (11, 13))
    x, z = normal(3, 1, 11, 13, dtype=torch.float32).abs(), normal(3, 1, 11, 13, dtype=torch.complex64)
    return [(Denoising(), x), (BlurFFT(blur), x), (Inpainting(MASK), x), (scan, x), (MRI(MASK), z)]


@torch.no_grad()
@pytest.mark.parametrize("which", range(5))
def test_the_units_of_operator_image_and_noise_do_not_matter(which):
    operator, x = problems()[which]
    physics, model = operator.with_noise(GaussianNoise(LEVELS)), ram()
    y = physics(x, rng=torch.Generator().manual_seed(0))
    picture = model(y, physics)
    assert not torch.allclose(picture, model(y, physics.with_noise(GaussianNoise(2 * LEVELS))), atol=1e-3)
    for factor in (2, 0.01, 300.0):
        scaled = (factor * operator).with_noise(GaussianNoise(factor * LEVELS))
        torch.testing.assert_close(model(factor * y, scaled), picture, rtol=1e-4, atol=1e-4)
    brighter = model(5 * y, physics.with_noise(GaussianNoise(5 * LEVELS)))
    torch.testing.assert_close(brighter / 5, picture, rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_photons_have_no_unit_either():
    x, model, gain = problems()[0][1], ram(), torch.tensor([0.01, 0.1, 0.3])
    y = x + 0.1
    picture = model(y, Denoising(PoissonGaussianNoise(gain, LEVELS)))
    torch.testing.assert_close(model(7 * y, Denoising(PoissonGaussianNoise(7 * gain, 7 * LEVELS))) / 7, picture)


@torch.no_grad()
@pytest.mark.parametrize("which", range(5))
def test_samples_of_mixed_levels_are_independent(which):
    operator, x = problems()[which]
    model = ram()
    y = operator(x)
    together = model(y, operator.with_noise(GaussianNoise(LEVELS)))
    for one, sigma in enumerate(LEVELS.tolist()):
        alone = model(y[one : one + 1], operator.with_noise(GaussianNoise(sigma)))
        torch.testing.assert_close(together[one : one + 1], alone, rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_channels_beyond_three_come_one_by_one_and_volumes_plane_by_plane():
    model, x = ram(), normal(1, 4, 8, 9, dtype=torch.float32).abs()
    physics = Denoising(GaussianNoise(0.1))
    # A common scale of all channels is part of what the network knows: equal channels have that of each.
    x = x[:, :1].expand(1, 4, 8, 9)
    one = model(x[:, :1], physics)
    torch.testing.assert_close(model(x, physics), one.expand(1, 4, 8, 9))
    volume = x[:, :1, None].expand(1, 1, 5, 8, 9)
    torch.testing.assert_close(model(volume, physics), one[:, :, None].expand(1, 1, 5, 8, 9))


@torch.no_grad()
def test_double_precision_agrees_and_nothing_gives_nothing():
    operator, x = problems()[1]
    physics, model = operator.with_noise(GaussianNoise(0.1)), ram()
    single = model(x, physics)
    double = model.double()(x.double(), physics.double())
    assert double.dtype == torch.float64
    torch.testing.assert_close(single.double(), double, rtol=1e-4, atol=1e-4)
    zero = torch.zeros(1, 1, 8, 8, dtype=torch.float64)
    assert torch.equal(model(zero, Denoising()), zero)
    assert model(zero[:0], Denoising()).shape == (0, 1, 8, 8)


@torch.no_grad()
@pytest.mark.parametrize("which", range(4))
def test_it_begins_as_steps_of_plug_and_play_with_its_denoiser(which):
    """What the stages see besides comes through zeros, so that nothing but the levels and data steps count."""
    operator, x = problems()[which]
    physics = operator.with_noise(GaussianNoise(LEVELS))
    model = RAM((8, 8, 8, 8), 1, 2, hidden=8).eval()
    y = physics(x, rng=torch.Generator().manual_seed(0))
    system = system_of(y, physics, model.steps)
    shifts, levels = model.conditioning(system)
    x, z = model._start(system, shifts)
    x = model.grey.core(z, levels[:, 0])
    x = model.grey.core(x + system.solves(system.residual(x), [shifts[:, 2]])[0], levels[:, 1])
    x = x + system.solves(system.residual(x), [shifts[:, 3]])[0]
    torch.testing.assert_close(model(y, physics), x, rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_a_phase_that_all_pixels_share_does_not_count():
    operator, x = problems()[4]
    physics, model, turn = operator.with_noise(GaussianNoise(0.1)), ram(), torch.tensor(0.6 + 0.8j)
    y = physics(x, rng=torch.Generator().manual_seed(0))
    torch.testing.assert_close(model(turn * y, physics), turn * model(y, physics), rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_pixels_seen_without_noise_stay_and_holes_of_complex_images_fill():
    x = (1 + torch.arange(13.0) / 26).expand(1, 1, 11, 13) * (1 + 1j)
    physics, model = Inpainting(MASK), RAM((8, 8, 8, 8), 1, 2, hidden=8)
    for image in (x.real, x):
        _, z = model._start(system_of(physics(image), physics, 8), torch.full((1, 4), 1e-6))
        torch.testing.assert_close(z * MASK, image * MASK, rtol=1e-4, atol=1e-4)
        assert float((z - image).abs().max()) < 0.2


def test_everything_it_has_learns():
    operator, x = problems()[3]
    model = ram()
    model(operator(x), operator.with_noise(GaussianNoise(0.5))).square().sum().backward()
    blind = {name for name, p in model.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0}
    assert blind == {name for name, _ in model.named_parameters() if name.startswith("color.")}


@torch.no_grad()
def test_bfloat16_is_close():
    operator, x = problems()[1]
    physics = operator.with_noise(GaussianNoise(0.1))
    half, full = (ram(half_precision=half)(x, physics) for half in (True, False))
    assert half.dtype == torch.float32
    assert 0 < float((half - full).abs().max()) < 0.05
