from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from preimage import zoo
from preimage.errors import ArgumentError
from preimage.metric import NIQE, BRISQUEDistance
from preimage.training import TrainingSession
from preimage.training.recipes.natural import BRISQUEDistanceRecipe, NIQERecipe


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """Smoothed noise, whose features differ from picture to picture."""
    folder, rng = tmp_path / "photographs", np.random.default_rng(0)
    folder.mkdir()
    for index in range(40):
        noise = rng.normal(size=(99, 200))
        image = noise + np.roll(noise, 1, 0) * (index % 5) / 4 + np.roll(noise, 1, 1) * (index % 7) / 6
        Image.fromarray(np.clip(128 + 30 * image, 0, 255).astype(np.uint8)).save(folder / f"{index}.png")
    return folder


def test_what_is_fitted_is_loaded_and_finds_its_pictures_natural(photographs: Path, tmp_path: Path) -> None:
    noise = torch.rand(1, 1, 99, 200, generator=torch.Generator().manual_seed(0))
    picture = torch.from_numpy(np.asarray(Image.open(photographs / "3.png")) / 255).float()[None, None]
    for recipe, empty in ((NIQERecipe(), NIQE.untrained()), (BRISQUEDistanceRecipe(), BRISQUEDistance.untrained())):
        learned = recipe.train(TrainingSession(photographs, tmp_path / "runs"))
        metric = zoo.load_file(learned.weights, empty)
        torch.testing.assert_close(metric(picture), learned.network(picture))
        assert float(metric(picture)) < float(metric(noise))


def test_too_few_pictures_and_no_share(photographs: Path, tmp_path: Path) -> None:
    for path in sorted(photographs.iterdir())[3:]:
        path.unlink()
    with pytest.raises(ArgumentError, match="`data` must hold pictures with more than 36 sets"):
        BRISQUEDistanceRecipe().train(TrainingSession(photographs, tmp_path / "runs"))
    with pytest.raises(ArgumentError, match="`sharpness` must be in"):
        NIQERecipe(sharpness=1.0)


@pytest.mark.parametrize("name", ["niqe-cbsd400", "brisque-distance-cbsd400"])
def test_shipped_models_tell_noise_and_blur_from_a_photograph(name: str) -> None:
    from skimage.data import camera

    metric = zoo.load_metric(name)
    picture = torch.from_numpy(camera()[:256, :256] / 255).float()[None, None]
    noisy = picture + 0.1 * torch.randn(picture.shape, generator=torch.Generator().manual_seed(0))
    blurred = torch.nn.functional.avg_pool2d(picture, 7, 1)
    own, *others = metric(picture), metric(noisy), metric(blurred)
    assert float(own) < min(map(float, others))
