import warnings

import pytest
import torch
from skimage import data

from preimage import zoo
from preimage.models import RAM
from preimage.models.ram import TrainedRAM, TrainedRangeWarning
from preimage.physics import (
    MRI,
    BlurFFT,
    Demosaicing,
    Denoising,
    GaussianNoise,
    Inpainting,
    ParallelBeam,
    Tomography,
    kernels,
)
from tests.example import Example

EXAMPLES = {TrainedRAM: [Example(TrainedRAM)]}

TRAINED = {"noise_range": (0.0, 0.5), "least_share": 0.2, "operators": ("Denoising", "Inpainting")}


def model(**more):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return TrainedRAM(**more)


def image():
    return torch.rand(2, 1, 8, 8, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    ("physics", "said"),
    [
        (Denoising(GaussianNoise(0.1)), ""),
        (3 * Denoising(GaussianNoise(0.1)), ""),
        (Inpainting((torch.arange(8) % 2).expand(8, 8).float(), GaussianNoise(0.01)), ""),
        (Denoising(GaussianNoise(torch.tensor([0.1, 2.0]))), "noise is .* of the size of the image"),
        (Inpainting((torch.arange(8) == 0).expand(8, 8).float()), "0.125 numbers were measured for each unknown"),
        (BlurFFT(kernels.gaussian_blur(1.0, size=5), GaussianNoise(0.1)), "of another kind, BlurFFT, than Denoising"),
    ],
)
@torch.no_grad()
def test_it_says_in_what_a_problem_is_outside_of_the_training(physics, said):
    y = physics(image(), rng=torch.Generator().manual_seed(1))
    network = model(**TRAINED)
    if said:
        with pytest.warns(TrainedRangeWarning, match=said):
            network(y, physics)
        assert len(network.departures(y, physics)) == 1
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network(y, physics)
    assert network.departures(y, physics) == ()


@torch.no_grad()
def test_without_a_range_nothing_is_outside():
    physics = Denoising(GaussianNoise(50.0))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = model()(physics(image()), physics)
    assert picture.isfinite().all()


def test_the_range_changes_no_picture_and_an_empty_batch_has_none():
    physics = Denoising(GaussianNoise(0.1))
    with torch.no_grad():
        plain = RAM()
        plain.load_state_dict(model().state_dict())
        assert torch.equal(plain(image(), physics), model(**TRAINED)(image(), physics))
        assert model(**TRAINED)(image()[:0], physics).shape == (0, 1, 8, 8)


def test_the_kind_of_an_operator_is_that_in_any_unit():
    assert (2 * (3 * Denoising())).kind == "Denoising"


@pytest.fixture(scope="module")
def shipped():
    return zoo.load_reconstructor("ram-compact")


def problems():
    """Photographs of odd sizes, grey, colour and complex, each with an operator."""
    grey = torch.from_numpy(data.camera()[120:165, 200:237] / 255).float()[None, None]
    colour = torch.from_numpy(data.astronaut()[60:105, 200:237] / 255).float().movedim(-1, 0)[None]
    place = torch.linspace(0, 1, 37)
    columns = ((torch.arange(37) - 18).abs() < 6) | (torch.arange(37) % 3 == 0)
    seen = (torch.rand(45, 37, generator=torch.Generator().manual_seed(0)) < 0.5).float()
    return {
        "noise": (Denoising(), grey, 25 / 255),
        "blur": (BlurFFT(kernels.gaussian_blur(1.2, size=9)), colour, 2 / 255),
        "holes": (Inpainting(seen), colour, 0.0),
        "mosaic": (Demosaicing(), colour, 2 / 255),
        "spectrum": (MRI(columns.float().expand(45, 37)), torch.polar(grey, (3 * place).expand(grey.shape)), 2 / 255),
        "rays": (Tomography(ParallelBeam(range(0, 180, 6), 55), (45, 37)), grey, 0.1),
    }


@torch.no_grad()
@pytest.mark.filterwarnings("ignore::preimage.models.ram.TrainedRangeWarning")
@pytest.mark.parametrize(
    ("name", "least"), [("noise", 29), ("blur", 30), ("holes", 30), ("mosaic", 34), ("spectrum", 38.5), ("rays", 37)]
)
def test_the_weights_that_ship_reconstruct_in_any_unit(shipped, name, least):
    operator, x, sigma = problems()[name]
    physics = operator.with_noise(GaussianNoise(sigma))
    y = physics(x, rng=torch.Generator().manual_seed(0))
    picture = shipped(y, physics)
    error = (picture.abs() - x.abs() if x.is_complex() else picture - x).square().mean()
    assert -10 * float(error.log10()) > least  # dB; a decibel or less below what was measured
    doubled = (2 * operator).with_noise(GaussianNoise(2 * sigma))
    torch.testing.assert_close(shipped(2 * y, doubled), picture, rtol=1e-4, atol=1e-4)
    brighter = shipped(5 * y, operator.with_noise(GaussianNoise(5 * sigma)))
    torch.testing.assert_close(brighter / 5, picture, rtol=1e-4, atol=1e-4)
