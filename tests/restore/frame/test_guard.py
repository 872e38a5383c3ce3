import numpy as np
import pytest
import torch
from PIL import Image

from preimage import restore, zoo
from preimage.denoisers import Denoiser
from preimage.physics import Demosaicing, Denoising, Inpainting
from preimage.restore.frame.guard import guard_picture


class Dark(Denoiser):
    """A denoiser that has gone wrong."""

    def forward(self, x, sigma):
        return x - 0.2


@pytest.fixture
def dark(monkeypatch):
    monkeypatch.setattr(zoo, "load_denoiser", lambda name, path=None: Dark())


def rms(x):
    return float(torch.as_tensor(x).double().square().mean().sqrt())


@pytest.mark.parametrize(
    "physics",
    [
        Denoising(),
        Demosaicing(),
        Inpainting((torch.rand(8, 10, generator=torch.Generator().manual_seed(0)) > 0.5).float()),
    ],
)
def test_what_noise_does_not_explain_is_moved_towards_the_measurement(physics, rng):
    clean, wrong = torch.rand(1, 3, 8, 10, generator=rng), 0.2 * torch.randn(1, 3, 8, 10, generator=rng)
    y = physics.A(clean)
    seen = float((physics.A(torch.ones_like(clean)) != 0).float().mean())
    x, notes = guard_picture(clean + wrong, y, physics, 0.02, seen)
    residual, before = physics.A(x) - y, physics.A(clean + wrong) - y
    share = (1.1 * 0.02 * seen**0.5 / rms(before)) ** 2
    assert rms(residual) == pytest.approx(share * rms(before), rel=0.05)  # less the local mean, which is little
    hidden = physics.A_adjoint(physics.A(torch.ones_like(clean))) == 0
    assert torch.equal(x[hidden], (clean + wrong)[hidden])
    assert "does not explain" in notes[-1]
    same, none = guard_picture(clean + 0.1 * wrong, y, physics, 0.02, seen)
    assert torch.equal(same, clean + 0.1 * wrong)
    assert none == []


def test_of_a_change_that_was_blended_before_as_much_is_kept_as_of_the_whole(rng):
    clean, wrong = torch.rand(1, 3, 8, 10, generator=rng), 0.1 * torch.randn(1, 3, 8, 10, generator=rng)
    whole, _ = guard_picture(clean + wrong, clean, Denoising(), 0.02)
    half, notes = guard_picture(clean + 0.5 * wrong, clean, Denoising(), 0.02, share=0.5)
    assert rms(half - clean) == pytest.approx(rms(whole - clean), rel=0.1)  # but for the local mean, which is little
    assert "does not explain" in notes[-1]
    same, none = guard_picture(clean + 0.04 * wrong, clean, Denoising(), 0.02, share=0.04)  # less of it than is best
    assert torch.equal(same, clean + 0.04 * wrong)
    assert none == []


def test_a_shift_of_colours_is_taken_back(rng):
    clean = torch.rand(1, 3, 40, 30, generator=rng)
    noise = 0.05 * torch.randn(clean.shape, generator=rng)
    shift = torch.tensor([0.06, 0.0, -0.03]).reshape(3, 1, 1)
    x, notes = guard_picture(clean + shift, clean + noise, Denoising(), 0.05)
    assert rms(x - clean) < 0.3 * rms(shift.expand_as(clean))
    assert "shifted colours" in notes[0]
    same, none = guard_picture(clean, clean + noise, Denoising(), 0.05)
    assert torch.equal(same, clean)
    assert none == []


@pytest.mark.usefixtures("dark")
def test_a_model_that_goes_wrong_does_no_harm(photograph, picture):
    restored = restore.denoise(photograph, sigma="4/255")
    assert rms(restored.image.to_array() / 255 - picture / 255.0) < 7 / 255
    assert any("shifted colours" in note for note in restored.record.notes)


def scene():
    """Edges, a gradient and texture, uint8 (64, 64, 3)."""
    rows, columns = np.mgrid[:64, :64]
    wave = 40 * np.sin(rows * columns / 40)
    picture = np.stack([90 + rows + wave, 60 + 2 * columns + wave, 200 - rows - columns + wave], -1)
    picture[20:40, 10:30] = (30, 160, 220)
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("quality", [45, 60, 75, 85, 90, 95, 100])
def test_jpeg_of_any_quality_is_not_made_worse(tmp_path, quality):
    clean = scene() / 255.0
    Image.fromarray(scene()).save(tmp_path / "a.jpg", quality=quality)
    given = np.asarray(Image.open(tmp_path / "a.jpg")) / 255.0
    out = restore.deblock(tmp_path / "a.jpg").image.to_array() / 255.0
    # A tenth of a decibel, and what rounding to 8 bits adds.
    assert rms(out - clean) <= rms(given - clean) * 10 ** (0.1 / 20) + 0.1 / 255


@pytest.mark.filterwarnings("ignore::preimage.denoisers.NoiseRangeWarning")
@pytest.mark.parametrize("level", [0.5, 1.0, 2.0])
def test_faint_noise_is_not_made_worse_by_the_sparse_model(level):
    clean = scene()[..., :1].transpose(2, 0, 1) / 255.0
    noisy = clean + np.random.default_rng(0).normal(0, level / 255, clean.shape)
    y = torch.from_numpy(noisy).float()
    out = restore.denoise(y, sigma=level / 255, method="groupsc").image.numpy()
    assert rms(out - clean) <= rms(noisy - clean) * 10 ** (0.1 / 20)
