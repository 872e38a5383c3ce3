import warnings

import pytest
import torch

from preimage.models import RAM
from preimage.models.ram import TrainedRAM, TrainedRangeWarning
from preimage.physics import BlurFFT, Denoising, GaussianNoise, Inpainting, kernels
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
