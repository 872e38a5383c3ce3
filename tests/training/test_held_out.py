import pytest
import torch

from preimage.errors import CapabilityError
from preimage.physics import (
    MRI,
    BlurFFT,
    CompressedSensing,
    Denoising,
    GaussianNoise,
    Inpainting,
    PoissonNoise,
    kernels,
)
from preimage.training.held_out import entry_masks, hold_out, is_undersampled

X = torch.rand(2, 1, 24, 26, generator=torch.Generator().manual_seed(1))
MASK = (torch.rand(24, 26, generator=torch.Generator().manual_seed(2)) < 0.5).float()
BLUR = kernels.gaussian_blur(1.0)


def rng():
    return torch.Generator().manual_seed(0)


def test_noise_is_split_where_everything_was_measured():
    physics = BlurFFT(BLUR, GaussianNoise(0.1))
    clean = physics.A(X)
    y = clean + 0.1 * torch.randn(clean.shape, generator=rng())
    part = hold_out(y, physics, torch.Generator().manual_seed(3))
    assert not part.by_entries
    shown, target = part.y - clean, part.target - clean
    assert float(shown.std()) == pytest.approx(float(part.physics.noise.sigma), rel=0.1)
    assert abs(float((shown * target).mean())) < 0.1 * float(shown.std() * target.std())
    counted = hold_out(5 * X, Denoising(PoissonNoise(1.0)), rng())
    assert not counted.by_entries
    # What predicts the image exactly has the errors of the target's noise, and nothing has more than a worse one.
    exact, worse = (part.errors(lambda y, p, x=x: x)[0].mean() for x in (X, X + 0.3))
    assert float(exact) == pytest.approx(0.01 * 5, rel=0.15)
    assert float(worse) > float(exact) + 0.05


@pytest.mark.parametrize("sigma", [0.0, 0.1])
def test_a_tenth_of_the_entries_is_held_out_where_some_of_the_image_was_not_measured(sigma):
    physics = Inpainting(MASK, GaussianNoise(sigma))
    part = hold_out(MASK * X, physics, rng())
    assert part.by_entries
    share = part.judged.sum() / (2 * MASK.sum())
    assert 0.05 < float(share) < 0.15
    assert not part.y[part.judged].any()
    assert not bool((part.judged & (MASK == 0)).any())
    assert torch.equal(part.physics.A(X) != 0, (MASK > 0) & ~part.judged)
    judged, shown = part.errors(lambda y, p: X)
    assert judged.abs().max() == 0 == shown
    assert len(judged) == int(part.judged.sum())


def test_the_middle_of_a_spectrum_is_always_shown():
    physics = MRI(torch.ones(24, 26))
    part = hold_out(physics(X + 0j), physics, rng())
    assert not part.judged[..., 11:14, 12:15].any()
    assert part.judged.any()


def test_what_cannot_be_split_is_refused():
    physics = CompressedSensing.random(60, (1, 24, 26), rng=rng())
    y = physics(X)
    with pytest.raises(CapabilityError, match="held out"):
        hold_out(y, physics, rng())
    assert not hold_out(y, physics.with_noise(GaussianNoise(0.1)), rng()).by_entries
    assert entry_masks(y) is None
    assert is_undersampled(y, physics)
    assert not is_undersampled(X, Denoising())
