import math

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from skimage import data

from preimage import restore
from preimage.blind.white_noise import find_white_noise, find_white_noise_in, step_of
from preimage.errors import ArgumentError
from preimage.notation import parse_noise


def textured(height=96, width=96):
    """Edges, a gradient and fine texture in colour, (3, H, W), without noise."""
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    wave = 0.12 * torch.sin(rows * columns / 200)
    x = torch.stack([0.35 + rows / 400 + wave, 0.2 + columns / 200 + wave, 0.8 - rows / 300 - columns / 300 + wave])
    x[:, 20:40, 10:30] = torch.tensor([0.1, 0.6, 0.85])[:, None, None]
    return x.clamp(0, 1)


def drawing():
    x = np.full((97, 71, 3), 240, np.uint8)
    x[20:60, 10:50] = (40, 90, 200)
    x[70:90:5] = 0
    return x


def text():
    page = Image.new("RGB", (200, 120), "white")
    for row in range(0, 120, 12):
        ImageDraw.Draw(page).text((3, row), "Hello text, screen shot 0123456789"[row % 7 :], fill="black")
    return np.asarray(page)


def posterised():
    return (np.rint(255 * textured().permute(1, 2, 0).numpy()) // 32 * 32).astype(np.uint8)


def of(pixels):
    return torch.from_numpy(np.array(pixels)).permute(2, 0, 1) / 255


def bayer(x):
    """RGGB samples (1, H, W) of (3, H, W)."""
    rows, columns = torch.meshgrid(*(torch.arange(n) for n in x.shape[1:]), indexing="ij")
    return x.gather(0, (rows % 2 + columns % 2)[None])


def eight_bits(x):
    return (255 * x.clamp(0, 1)).round() / 255


@pytest.mark.parametrize("make", [drawing, text, posterised])
@pytest.mark.parametrize("kind", ["colour", "grey", "mosaic"])
def test_pictures_that_no_sensor_made_have_no_noise(make, kind):
    x = of(make())
    seen = {"colour": x, "grey": x[1:2], "mosaic": bayer(x)}[kind]
    assert find_white_noise(seen).sigma == 0


@pytest.mark.parametrize("kind", ["colour", "grey", "mosaic"])
@pytest.mark.parametrize("make", [drawing, text])
def test_noise_on_drawings_is_found(make, kind, rng):
    x = of(make())
    clean = {"colour": x, "grey": x[1:2], "mosaic": bayer(x)}[kind]
    noise = find_white_noise(eight_bits(clean + 10 / 255 * torch.randn(clean.shape, generator=rng)))
    assert 255 * noise.more == pytest.approx(10, rel=0.5)  # half of it is clipped where paper is white


@pytest.mark.parametrize("sigma", [3.0, 10.0, 30.0])
@pytest.mark.parametrize("kind", ["colour", "grey", "mosaic", "four bands"])
def test_noise_between_edges_and_texture_is_found(kind, sigma, rng):
    x = of(data.astronaut()[:256, 100:356])
    clean = {"colour": x, "grey": x[1:2], "mosaic": bayer(x), "four bands": torch.cat([x, x[:1]])}[kind]
    noise = find_white_noise(eight_bits(clean + sigma / 255 * torch.randn(clean.shape, generator=rng)))
    there = math.hypot(sigma, 1)  # the photograph has some of its own
    assert 255 * noise.sigma == pytest.approx(there, rel=0.25)
    assert noise.low < there / 255 < noise.high


@pytest.mark.parametrize("colour", [0.0, 0.5, 1.0])
def test_a_border_changes_nothing(colour, rng):
    y = eight_bits(textured()[1:2] + 12 / 255 * torch.randn(1, 96, 96, generator=rng))
    framed = torch.full((1, 128, 134), colour)
    framed[:, 14:110, 20:116] = y
    assert find_white_noise(framed).sigma == pytest.approx(find_white_noise(y).sigma, rel=0.1)


def test_a_level_of_dark_pictures_scales_with_them(rng):
    y = textured() + 0.05 * torch.randn(3, 96, 96, generator=rng)
    assert find_white_noise(y / 50).sigma * 50 == pytest.approx(find_white_noise(y).sigma, rel=0.15)


def test_parts_tell_what_the_whole_does(rng):
    y = textured(128, 128) + 0.04 * torch.randn(3, 128, 128, generator=rng)
    blocks = [y[:, i : i + 64, j : j + 64] for i in (0, 64) for j in (0, 64)]
    assert find_white_noise_in(blocks).sigma == pytest.approx(0.04, rel=0.15)


def test_who_is_not_sure_says_so(rng):
    """Letters and noise, and few pixels."""
    assert find_white_noise(textured(192, 192)).notes() == ()
    y = of(text())[:1, :30, :40] + 0.02 * torch.randn(1, 30, 40, generator=rng)
    (note,) = find_white_noise(y).notes()
    assert "not sure" in note
    assert "--sigma" in note


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (7, 7), (8, 9), (2, 2)])
def test_small_pictures_have_a_level(size, rng):
    assert 0 <= find_white_noise(torch.rand(1, *size, generator=rng)).sigma < 1


@pytest.mark.parametrize(
    ("text", "gain"), [("gaussian", 0), ("poisson:0.01", 0.01), ("Poisson:1/50", 0.02), ("camera", 0)]
)
def test_kinds_of_noise_are_understood(text, gain):
    assert parse_noise(text) == (gain, 0.0)
    assert parse_noise("auto") is None


@pytest.mark.parametrize("text", ["", "poisson", "poisson:", "poisson:0", "poisson:2", "poisson:nan", "speckle:1"])
def test_other_kinds_of_noise_are_refused(text):
    with pytest.raises(ArgumentError, match=r"poisson:0\.01"):
        parse_noise(text)


def test_dip_is_told_no_noise():
    with pytest.raises(ArgumentError, match="left out for dip"):
        restore.denoise(textured(), method="dip", noise="gaussian")


@pytest.mark.parametrize("sigma", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("channels", [1, 3])
def test_faint_noise_is_removed_without_harm(channels, sigma, rng):
    """The networks' own errors are larger than such noise."""
    x = textured()[:channels]
    y = x + sigma / 255 * torch.randn(x.shape, generator=rng)
    restored = restore.denoise(y, sigma=sigma / 255).image
    assert float((restored - x).square().mean()) <= float((y - x).square().mean())


@pytest.mark.parametrize("make", [drawing, text, posterised])
def test_clean_pictures_come_back(make):
    pixels = make()
    restored = np.asarray(restore.denoise(pixels).image, float)
    assert np.sqrt(np.mean((restored - pixels) ** 2)) <= 0.5


def test_an_overexposed_photograph_is_not_drawn():
    x = data.astronaut()[:192, 100:292] / 255 * 1.2 + 0.3
    y = np.clip(x + np.random.default_rng(0).normal(0, 10 / 255, x.shape), 0, 1)
    noise = find_white_noise(of(np.rint(255 * y)))
    assert noise.less > 5 / 255


@pytest.mark.parametrize("steps", [10, 255])
def test_the_step_is_exact_unless_it_is_less_than_what_matters(steps, rng):
    y = (steps * torch.rand(1, 2, 200, 30, generator=rng)).round() / steps
    y[0, 1, 100, 20] = y[0, 1, 3, 3] + 0.001  # one value between two others
    exact = step_of(y)
    assert exact == pytest.approx(0.001, abs=1e-6)
    assert step_of(y, least=0.0005) == exact
    assert exact <= step_of(y, least=0.2) < 0.2
    assert step_of(torch.full((1, 1, 200, 30), 0.5), least=0.1) == 0
