"""What is shown, what is taken over, and what is learned from."""

from functools import partial

import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.fidelity import Measured
from preimage.models import DeepImagePrior, SelfGuide
from preimage.models.dip import ConvDecoder, Fit, HeldOut, LastStep, UNetGenerator
from preimage.models.dip.seeds import seeded_generator
from preimage.optim import Tikhonov
from preimage.physics import BlurFFT, Denoising, GaussianNoise, Inpainting, Physics, kernels
from tests.models.dip.pixels import Pixels

tiny = partial(UNetGenerator, channels=(4, 6))
SEEN = torch.rand(4, 5, generator=torch.Generator().manual_seed(0)) < 0.6


def _image(*shape: int, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64).to(dtype) + 0.1


def _drawn(y: Tensor, physics: Physics, keep: float, fit: Fit) -> list[Tensor]:
    """The pictures of every step, where the network is the image."""
    drawn: list[Tensor] = []
    dip = DeepImagePrior(Pixels, SelfGuide(keep), fit, LastStep())
    dip.solve(y, physics, [lambda step, state: drawn.append(state.last)])
    return drawn


def test_pixels_shown_are_taken_over_and_the_others_learned() -> None:
    """The first two pictures: ``m y + (1 - m) u``, and Adam's first step, ``u - rate sign(u - y)`` where seen."""
    physics = Inpainting(SEEN)
    y = physics.A(_image(1, 1, 4, 5))
    first, second = _drawn(y, physics, 0.5, Fit(2, rate=0.01, input_noise=0, fallback=torch.inf))
    with torch.random.fork_rng():
        torch.manual_seed(0)
        u = Pixels(2, 1).image.detach().double()
    shown = first != u
    assert 0 < int(shown.sum()) < int(SEEN.sum())
    assert bool((shown <= SEEN).all())
    torch.testing.assert_close(first, torch.where(shown, y, u))
    learned = torch.where(~shown & SEEN, u - 0.01 * (u - y).sign(), u)
    again = second == y
    assert not torch.equal(again, shown)
    torch.testing.assert_close(second, torch.where(again & SEEN, y, learned), atol=1e-7, rtol=1e-6)


def test_what_is_held_out_is_never_shown() -> None:
    """It comes into no picture."""
    physics = Inpainting(SEEN, GaussianNoise(0.1))
    y = physics.A(_image(1, 1, 4, 5))
    drawn: list[Tensor] = []
    dip = DeepImagePrior(Pixels, SelfGuide(0.9), Fit(40, rate=1e-9, input_noise=0), HeldOut(0.4))
    dip.solve(y, physics, [lambda step, state: drawn.append(state.last)])
    taken = torch.stack([(picture == y) & SEEN for picture in drawn]).any(0)
    held = torch.rand(y.shape, generator=seeded_generator(0, "held out")) < 0.4
    assert torch.equal(taken, SEEN.expand_as(y) & ~held)


def test_the_share_shown_is_that_asked_for_and_the_same_in_all_channels() -> None:
    """Of 3 x 64 x 64 pixels, within five standard deviations."""
    x = _image(1, 3, 64, 64)
    source = SelfGuide(0.7).of(Measured.of(Denoising(), x), [1])[0]
    z = source.make((6, 64, 64), x)
    torch.testing.assert_close(z, torch.cat([x, torch.ones_like(x)], 1))
    shown = source.shown(z, torch.Generator().manual_seed(3))
    m = shown[:, 3:]
    assert torch.equal(m, m[:, :1].expand_as(m))
    assert torch.equal(shown[:, :3], m * x)
    assert abs(float(m.mean()) - 0.7) < 5 * (0.7 * 0.3 / 64**2) ** 0.5


@pytest.mark.parametrize(("shape", "dtype"), [((2, 2, 9, 12), torch.float32), ((1, 2, 3, 16, 12), torch.float64),
                                              ((1, 1, 16, 12), torch.complex64)])  # fmt: skip
def test_batches_volumes_and_complex_images(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    """Each sample as alone, with a mask of its own."""
    x = _image(*shape).to(dtype)
    mask = torch.rand(shape, generator=torch.Generator().manual_seed(5)) < 0.6
    network = partial(tiny, bounded=False)
    dip = DeepImagePrior(network, SelfGuide(), Fit(4, input_noise=0), LastStep())
    both = dip(Inpainting(mask).A(x), Inpainting(mask))
    assert (both.shape, both.dtype) == (x.shape, dtype)
    for k in range(shape[0]):
        physics = Inpainting(mask[k : k + 1])
        torch.testing.assert_close(both[k : k + 1], dip(physics.A(x[k : k + 1]), physics))


def test_scattered_pixels_are_filled_in_better_than_by_interpolation() -> None:
    """Stripes of a period of three pixels, half of the pixels missing: a tenth of the error of interpolation."""
    from preimage.optim.initial import filled_in

    rows, columns = torch.meshgrid(torch.arange(32.0), torch.arange(32.0), indexing="ij")
    x = 0.5 + 0.4 * torch.sin(2 * torch.pi * (rows + 2 * columns) / 6)[None, None]
    mask = torch.rand(32, 32, generator=torch.Generator().manual_seed(7)) < 0.5
    physics = Inpainting(mask)
    dip = DeepImagePrior(partial(UNetGenerator, channels=(8, 16)), SelfGuide(), Fit(80, input_noise=0, average=0.9))
    errors = [
        float((x_hat - x)[..., ~mask].square().mean())
        for x_hat in (dip(physics.A(x), physics), filled_in(physics.A(x), physics))
    ]
    assert errors[0] < errors[1] / 10


def test_other_physics_networks_and_fits_are_refused() -> None:
    """Each with what to do instead."""
    x = _image(1, 1, 16, 16)
    guided = DeepImagePrior(tiny, SelfGuide(), Fit(2), LastStep())
    blur = BlurFFT(kernels.gaussian_blur(1.0))
    for physics, y in ((blur, blur.A(x)), (Inpainting(torch.full((16, 16), 0.5)), x)):
        with pytest.raises(ArgumentError, match=type(physics).__name__):
            guided(y, physics)
    with pytest.raises(ArgumentError, match="NoiseInput"):
        guided.minimise(Tikhonov(1.0), x)
    with pytest.raises(ArgumentError, match="UNetGenerator"):
        DeepImagePrior(ConvDecoder, SelfGuide(), Fit(2), LastStep())(x, Denoising())
    with pytest.raises(ArgumentError, match="coarse"):
        DeepImagePrior(tiny, SelfGuide(), Fit(2, coarse=1), LastStep())(x, Denoising())
    for keep in (0.0, 1.0, float("nan")):
        with pytest.raises(ArgumentError, match="keep"):
            SelfGuide(keep)
