import numpy as np
import pytest
import torch

from preimage.physics import Demosaicing
from preimage.restore import demosaic
from preimage.restore.tasks.mosaic import balance, balanced_sigma, without_defects

COVERS = ["preimage.restore.frame.engine"]

RAW = torch.tensor([0.45, 1.0, 0.6]).reshape(1, 3, 1, 1)


def scene(size, rng):
    """Edges, waves and a coloured square, (1, 3, size, size)."""
    rows, columns = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    grey = 0.5 + 0.2 * torch.sin(rows * columns / 90) + 0.1 * ((rows // 6 + columns // 7) % 2)
    picture = torch.stack([grey + 0.05, grey, grey - 0.05])
    picture[0, 10:30, 8:24] += 0.15
    return picture[None].clamp(0, 1)


def db(x, truth):
    return -10 * float((x - truth)[..., 4:-4, 4:-4].square().mean().log10())


@pytest.mark.parametrize("pattern", ["RGGB", "GBRG"])
def test_colours_are_balanced_by_their_contrast(pattern, rng):
    mosaic = Demosaicing(pattern)(RAW * scene(64, rng))
    noisy = mosaic + 0.01 * torch.randn(mosaic.shape, generator=rng)
    for y, sigma in ((mosaic, 0.0), (noisy, 0.01)):
        factors = balance(y, pattern, sigma)
        assert torch.allclose(factors * RAW / (factors * RAW)[:, 1:2], torch.ones(3).reshape(RAW.shape), atol=0.2)
        assert float((factors * Demosaicing(pattern).A_adjoint(y)).amax()) == pytest.approx(float(y.amax()))
    assert torch.equal(balance(Demosaicing(pattern)(scene(64, rng)), pattern, 0.0), torch.ones(1, 3, 1, 1))
    assert torch.equal(balance(torch.full((1, 1, 8, 8), 0.5), pattern, 0.0), torch.ones(1, 3, 1, 1))


def test_noise_of_the_balanced_mosaic_is_told(rng):
    noise = 0.01 * torch.randn(1, 1, 200, 200, generator=rng)
    factors = torch.tensor([2.0, 1.0, 1.5]).reshape(1, 3, 1, 1)
    scaled = factors * Demosaicing("RGGB").A_adjoint(noise)
    assert balanced_sigma(0.01, factors) == pytest.approx(float(scaled.sum(1).std()), rel=0.02)


def test_a_raw_mosaic_is_as_good_as_a_balanced_one(rng):
    truth = scene(64, rng)
    results = []
    for strength in (torch.ones(1, 3, 1, 1), RAW):
        y = Demosaicing("RGGB")(strength * truth)
        image = demosaic(y[0], sigma=0.0, steps=10).image[None]
        assert torch.allclose(Demosaicing("RGGB").A(image), y, atol=1e-5)
        results.append(db(image / strength, truth))
    # Restored as it is, the raw mosaic is 3.6 dB worse.
    assert results[1] > results[0] - 0.5


def test_hot_and_dead_samples_are_replaced(rng):
    rows, columns = torch.meshgrid(torch.arange(64), torch.arange(64), indexing="ij")
    truth = (0.5 + 0.3 * torch.sin(rows / 9) * torch.cos(columns / 8)).expand(1, 3, -1, -1)
    mosaic = Demosaicing("RGGB")(truth)[0]
    places = torch.zeros(64, 64, dtype=torch.bool)
    places[2:20:6, 3::14] = True
    for value in (1.0, 0.0):
        defective = torch.where(places, value, mosaic)
        repaired, count = without_defects(defective)
        assert torch.equal((repaired != defective)[0], places)
        assert count == int(places.sum())
        assert float((repaired - mosaic).abs().amax()) < 0.05
    restored = demosaic(torch.where(places, 1.0, mosaic), sigma=0.0, steps=5)
    clean = demosaic(mosaic, sigma=0.0, steps=5)
    # Left in, they cost 20 dB.
    assert db(restored.image[None], truth) > db(clean.image[None], truth) - 1
    assert restored.record.notes[0].startswith(f"{count} samples are hot or dead")
    assert not any("hot or dead" in note for note in clean.record.notes)


@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_stars_and_fine_texture_are_no_defects(noise):
    random = np.random.default_rng(0)
    rows, columns = np.mgrid[:128, :128]
    sky = np.full((128, 128, 3), 0.05)
    for _ in range(80):
        place, colour = random.uniform(3, 125, 2), random.uniform(0.3, 1, 3)
        star = np.exp(-((rows - place[0]) ** 2 + (columns - place[1]) ** 2) / 2)
        sky += random.uniform(0.05, 1) * star[..., None] * colour
    weave = np.stack([0.5 + 0.4 * ((rows + columns) % 5 == 3)] * 3, -1)
    for picture in (sky, weave):
        x = torch.from_numpy(np.clip(picture, 0, 1).transpose(2, 0, 1)).float()[None] * RAW
        mosaic = Demosaicing("RGGB")(x)[0] + noise * torch.randn(
            1, 128, 128, generator=torch.Generator().manual_seed(1)
        )
        assert without_defects(mosaic)[1] == 0


def test_a_blue_sky_is_neither_balanced_nor_repaired(rng):
    """Blue differs less from sample to sample than red, but is not fainter; and steps of 8 bits are no defects."""
    rows, columns = torch.meshgrid(torch.arange(64), torch.arange(64), indexing="ij")
    wave = torch.sin(rows / 7) * torch.cos(columns / 9)
    sky = torch.stack([0.45 + 0.08 * wave, 0.6 + 0.07 * wave, 0.85 + 0.02 * wave])
    mosaic = Demosaicing("RGGB")(((sky * 255).round() / 255)[None])
    assert torch.equal(balance(mosaic, "RGGB", 0.0), torch.ones(1, 3, 1, 1))
    assert without_defects(mosaic[0])[1] == 0
    dim = mosaic * Demosaicing("RGGB").mask(mosaic)[0].mul(torch.tensor([0.45, 1, 0.6]).reshape(3, 1, 1)).sum(0)
    assert without_defects(dim[0])[1] == 0
