from pathlib import Path

import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError, ImageFileError
from preimage.physics import MRI, Downsampling, GaussianNoise, Inpainting
from preimage.simulate import PhysicsDescription, simulate


def test_a_file_says_what_the_options_of_simulate_say(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text('physics = "inpainting"\nmask = "random:0.3"\nnoise = "gaussian:5/255"\nseed = 4\n')
    picture = torch.rand(3, 9, 12, generator=torch.Generator().manual_seed(0))
    made = simulate(picture, "inpainting", "gaussian:5/255", {"mask": "random:0.3"}, seed=4)
    y, physics = PhysicsDescription.read(path).fit(made.y.movedim(0, -1))
    assert torch.equal(y[0], made.y)
    assert isinstance(physics, Inpainting)
    assert torch.equal(physics.A(picture[None]), made.physics.A(picture[None]))
    assert physics.noise.gaussian_sigma == pytest.approx(5 / 255)


def test_a_record_is_a_description(tmp_path: Path) -> None:
    made = simulate(torch.rand(1, 16, 12), "downsampling", "gaussian:0.1", {"factor": 2})
    made.write(tmp_path / "y.npy", tmp_path / "y.json")
    description = PhysicsDescription.read(tmp_path / "y.json")
    _, physics = description.fit(torch.from_numpy(np.load(tmp_path / "y.npy")))
    assert isinstance(physics, Downsampling)
    assert physics.A_adjoint(made.y[None]).shape == (1, 1, 16, 12)


def test_complex_and_other_measurements_fit() -> None:
    spectrum = simulate(torch.rand(1, 16, 12), "mri").y
    y, physics = PhysicsDescription("mri").fit(spectrum[0])
    assert y.is_complex()
    assert isinstance(physics, MRI)
    sums = simulate(torch.rand(1, 16, 16), "single-pixel").y
    y, physics = PhysicsDescription("single-pixel", picture=(1, 16, 16)).fit(sums)
    assert torch.equal(y[0], sums)
    assert physics.noise == physics.with_noise(physics.noise).noise
    with pytest.raises(ArgumentError, match="picture = "):
        PhysicsDescription("single-pixel").fit(sums)


def test_files_that_are_named_are_found_beside_the_description(tmp_path: Path) -> None:
    np.save(tmp_path / "psf.npy", np.ones((3, 3), np.float32) / 9)
    (tmp_path / "my.toml").write_text('physics = "blur"\nkernel = "psf.npy"\n')
    _, physics = PhysicsDescription.read(tmp_path / "my.toml").fit(torch.rand(8, 9))
    torch.testing.assert_close(physics.A(torch.ones(1, 1, 8, 9)), torch.ones(1, 1, 8, 9))  # pyright: ignore


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('noise = "gaussian:0.1"', "`physics` must be named"),
        ('physics = "blurr"', "nearest are blur"),
        ('physics = "blur"', "`--kernel` must be given"),
        ('physics = "denoising"\nfactor = 2', "`--factor` must be left out"),
        ('physics = "denoising"\nnoise = "gauss:0.1"', "nearest are gaussian"),
        ('physics = "denoising"\nseed = -1', "`seed` must be"),
        ('physics = "denoising"\npicture = [1, 2]', "`picture` must be"),
        ("physics = denoising", "must be a TOML file"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "my.toml").write_text(text)
    with pytest.raises(ArgumentError, match=said):
        PhysicsDescription.read(tmp_path / "my.toml")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match="readable"):
        PhysicsDescription.read(tmp_path / "none.toml")


def test_the_noise_is_that_of_the_text() -> None:
    physics = PhysicsDescription("denoising", "gaussian:0.1").build((1, 4, 4))
    assert isinstance(physics.noise, GaussianNoise)
