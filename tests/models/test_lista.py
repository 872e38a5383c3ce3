import numpy as np
import pytest
import pywt
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.models import LISTA, LISTAEncoder
from preimage.models.lista import BandPrior
from preimage.optim import PGD, Variational, WaveletPrior
from preimage.physics import Blur, Denoising, GaussianNoise, kernels
from tests.example import Example
from tests.models.problems import normal

EXAMPLES = {
    LISTA: [Example(lambda: LISTA(3, wavelet="haar", level=1), shape=(2, 3, 6, 8))],
}


@pytest.mark.parametrize(("shape", "dims"), [((2, 3, 16, 12), 2), ((2, 1, 8, 8, 12), 3)])
def test_untrained_it_is_ista(shape, dims):
    x = normal(*shape)
    kernel = kernels.gaussian_blur(0.8).double()
    physics = Blur(kernel, noise=GaussianNoise(0.1)) if dims == 2 else Denoising(GaussianNoise(0.1))
    y = physics(x, rng=torch.Generator().manual_seed(0))
    plain = Variational(PGD(), WaveletPrior(20.0, "db2", 2), max_steps=6, tol=None)(y, physics)
    # The parameters are float32: exp(log(20)) is 20.000001.
    torch.testing.assert_close(LISTA(6, 20.0, "db2", 2, dims)(y, physics), plain, rtol=1e-5, atol=1e-6)


def test_every_band_has_the_threshold_of_its_name():
    x, weights = normal(1, 1, 16, 16), np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]) / 10
    prior = BandPrior(torch.nn.Parameter(torch.tensor(weights).log()), "haar")
    low, *levels = pywt.wavedec2(x[0, 0].numpy(), "haar", "periodization", level=2)
    shrunk = [
        tuple(pywt.threshold(band, 0.5 * weight, "soft") for band, weight in zip(bands, row, strict=True))
        for bands, row in zip(levels, weights, strict=True)
    ]
    expected = pywt.waverec2([low, *shrunk], "haar", "periodization")
    np.testing.assert_allclose(prior.prox(x, 0.5)[0, 0].detach().numpy(), expected, rtol=1e-10, atol=1e-12)


def test_complex_images_are_shrunk_by_their_modulus():
    x = normal(1, 1, 8, 8, dtype=torch.complex128)
    prior = BandPrior(torch.nn.Parameter(torch.zeros(2, 3, dtype=torch.float64)), "db2")
    torch.testing.assert_close(prior.prox(x, 0.3), WaveletPrior(1.0, "db2", 2).prox(x, 0.3))


def test_untrained_encoder_is_ista_written_out():
    dictionary, y = normal(6, 10), normal(3, 6, seed=1)
    matrix, weight = dictionary.numpy(), 0.4
    size = np.linalg.svd(matrix, compute_uv=False)[0] ** 2
    codes = np.zeros((3, 10))
    for _ in range(7):
        moved = codes - (codes @ matrix.T - y.numpy()) @ matrix / size
        codes = np.sign(moved) * np.maximum(np.abs(moved) - weight / size, 0)
    np.testing.assert_allclose(LISTAEncoder(dictionary, 7, weight)(y).detach(), codes, rtol=1e-9, atol=1e-12)


def test_encoder_learns_to_get_closer_in_as_many_steps():
    dictionary = normal(6, 10)
    dictionary = dictionary / dictionary.norm(dim=0)
    y = normal(200, 6, seed=1)
    with torch.no_grad():
        target = LISTAEncoder(dictionary, 2000, 0.3)(y)
    model = LISTAEncoder(dictionary, 3, 0.3)
    optimizer, errors = torch.optim.Adam(model.parameters(), 0.02), []
    for _ in range(60):
        optimizer.zero_grad()
        error = (model(y) - target).square().mean()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    assert errors[-1] < 0.3 * errors[0]


def test_wrong_arguments():
    with pytest.raises(ShapeError, match="atoms"):
        LISTAEncoder(torch.zeros(3, 4, 5))
    with pytest.raises(ArgumentError, match="wavelet of PyWavelets"):
        LISTA(wavelet="haar7")
    with pytest.raises(ArgumentError, match="`weight` must be positive, got -1"):
        LISTA(weight=-1.0)
    with pytest.raises(ArgumentError, match="`weight` must be positive, got 0"):
        LISTAEncoder(torch.eye(3), weight=0.0)
