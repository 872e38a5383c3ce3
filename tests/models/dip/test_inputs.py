import math

import pytest
import torch
import torch.nn.functional as F

from preimage.errors import ArgumentError, ShapeError
from preimage.models.dip import FourierFeatures, GuideInput, MeshGrid, NoiseInput
from tests.models.problems import normal

LIKE = torch.zeros(1, dtype=torch.float64)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def test_noise_has_its_law():
    uniform = NoiseInput(4, 0.1).make((4, 100, 100), LIKE, seeded())
    assert uniform.shape == (1, 4, 100, 100)
    assert 0 <= uniform.amin() < 1e-5 < 0.1 - 1e-5 < uniform.amax() < 0.1
    # Mean and variance of 40,000 numbers, to four standard errors.
    assert abs(uniform.mean() - 0.05) < 4 * 0.1 / math.sqrt(12 * 40_000)
    assert abs(uniform.var() / (0.01 / 12) - 1) < 4 * math.sqrt(0.8 / 40_000)
    normals = NoiseInput(4, 0.1, "normal").make((4, 100, 100), LIKE, seeded())
    assert abs(normals.mean()) < 4 * 0.1 / 200
    assert abs(normals.var() / 0.01 - 1) < 4 * math.sqrt(2 / 40_000)


def test_noise_is_of_its_generator():
    source, shape = NoiseInput(2), (2, 5, 4)
    before = torch.random.get_rng_state()
    first = source.make(shape, LIKE, seeded())
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(first, source.make(shape, LIKE, seeded()))
    assert not torch.equal(first, source.make(shape, LIKE, seeded(1)))


def test_the_mesh_grid():
    x = MeshGrid().make((2, 3, 5), LIKE)
    torch.testing.assert_close(x[0, 0], torch.tensor([[0, 0.25, 0.5, 0.75, 1]] * 3).double())
    torch.testing.assert_close(x[0, 1], torch.tensor([[0.0] * 5, [0.5] * 5, [1.0] * 5]).double())
    assert not MeshGrid().make((2, 1, 1), LIKE).any()


def test_fourier_features_are_means_of_waves():
    """By quadrature: a wave on a grid of 1000 points a pixel."""
    source = FourierFeatures(3, 2.0, 18.0)
    x = source.make((12, 4, 7), LIKE)
    fine = (torch.arange(7000, dtype=torch.float64) + 0.5) / 1000
    for band, wavelength in enumerate((2.0, 6.0, 18.0)):
        phase = 2 * math.pi * fine / wavelength
        for offset, wave in enumerate((phase.sin(), phase.cos())):
            mean = wave.reshape(7, 1000).mean(1)
            torch.testing.assert_close(x[0, 4 * band + offset], mean.expand(4, 7), rtol=0, atol=1e-5)
            torch.testing.assert_close(x[0, 4 * band + 2 + offset], mean[:4, None].expand(4, 7), rtol=0, atol=1e-5)


def test_fourier_features_have_as_many_channels_as_the_default_network():
    assert FourierFeatures().channels == 32
    assert FourierFeatures(1, 8.0).make((4, 2, 2), LIKE).isfinite().all()


def test_shrunk_fourier_features_are_averages():
    source = FourierFeatures(4, 3.0, 50.0)
    full, shrunk = source.make((16, 12, 20), LIKE), source.make((16, 3, 6), LIKE, shrink=4)
    torch.testing.assert_close(shrunk[..., :5], F.avg_pool2d(full, 4))


def test_a_guide_repeats_its_edges():
    image = normal(3, 4, 5)
    x = GuideInput(image).make((3, 7, 6), LIKE)
    assert torch.equal(x[0, :, :4, :5], image)
    assert torch.equal(x[0, :, 4:, :5], image[:, 3:].expand(3, 3, 5))
    assert torch.equal(x[0, :, :4, 5:], image[..., 4:])
    assert torch.equal(x[0, :, 4:, 5], image[:, 3, 4, None].expand(3, 3))


def test_a_shrunk_guide_is_averaged_over_what_is_in_the_picture():
    image = normal(2, 5, 4)
    x = GuideInput(image).make((2, 4, 2), LIKE, shrink=2)[0]
    torch.testing.assert_close(x[:, 1, 1], image[:, 2:4, 2:4].mean((1, 2)))
    torch.testing.assert_close(x[:, 2, 0], image[:, 4, :2].mean(1))
    assert torch.equal(x[:, 3], x[:, 2])


@pytest.mark.parametrize(("shape", "shrink"), [((3, 7, 8), 1), ((3, 8, 7), 1), ((3, 4, 3), 2)])
def test_a_guide_must_not_be_larger_than_the_picture(shape, shrink):
    with pytest.raises(ArgumentError, match="as large as"):
        GuideInput(normal(3, 8, 8)).make(shape, LIKE, shrink=shrink)


SOURCES = [NoiseInput(3), NoiseInput(3, law="normal"), MeshGrid(), FourierFeatures(2), GuideInput(normal(3, 4, 4))]


@pytest.mark.parametrize("source", SOURCES, ids=repr)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_they_are_like_the_image(source, dtype):
    x = source.make((source.channels, 6, 5), torch.zeros(1, 3, 6, 5, dtype=dtype), seeded())
    assert x.shape == (1, source.channels, 6, 5)
    assert x.dtype == dtype
    with pytest.raises(ArgumentError, match="inputs="):
        source.make((source.channels + 1, 6, 5), LIKE)
    with pytest.raises(ArgumentError, match="shrink"):
        source.make((source.channels, 6, 5), LIKE, shrink=0)


@pytest.mark.parametrize(
    "make",
    [
        lambda: NoiseInput(0),
        lambda: NoiseInput(scale=0.0),
        lambda: NoiseInput(law="gamma"),
        lambda: FourierFeatures(0),
        lambda: FourierFeatures(shortest=9.0, longest=8.0),
        lambda: FourierFeatures(shortest=0.0),
        lambda: GuideInput(normal(1, 3, 4, 4)),
        lambda: GuideInput(normal(3, 0, 4)),
    ],
)
def test_arguments_in_their_range(make):
    with pytest.raises(ArgumentError, match="must"):
        make()


def test_a_guide_has_the_size_of_the_picture():
    guide = GuideInput(normal(3, 4, 5))
    guide.check(4, 5)
    with pytest.raises(ShapeError, match="4x5, got 5x4"):
        guide.check(5, 4)
