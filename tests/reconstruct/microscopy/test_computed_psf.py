import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics.microscopy import Microscope, confocal_psf, light_sheet_psf, two_photon_psf
from preimage.reconstruct.microscopy.computed_psf import computed_psf
from preimage.reconstruct.microscopy.description import parse_description

VOXEL = (0.5, 0.2, 0.2)
WATER = "na=0.6,ri=1.33,wavelength=0.5,size=5x7x9"


@pytest.mark.parametrize("model", ["widefield", "confocal", "two-photon", "light-sheet"])
def test_it_is_the_function_of_the_model(model: str) -> None:
    scope, shape = Microscope(0.6, 0.5, 1.33), (5, 7, 9)
    more = {"confocal": ",excitation=0.4,pinhole=0.1", "light-sheet": ",waist=1"}.get(model, "")
    wanted = {
        "widefield": lambda: scope.psf(shape, VOXEL),
        "confocal": lambda: confocal_psf(Microscope(0.6, 0.4, 1.33), scope, shape, VOXEL, 0.1),
        "two-photon": lambda: two_photon_psf(scope, shape, VOXEL),
        "light-sheet": lambda: light_sheet_psf(scope, shape, VOXEL, 1.0),
    }[model]()
    found = computed_psf(parse_description(f"{WATER},model={model}{more}"), (20, 30, 40), VOXEL)
    torch.testing.assert_close(found, wanted.float())


def test_a_high_aperture_is_vectorial_and_a_mismatch_is_computed() -> None:
    found = computed_psf(
        parse_description("na=1.2,ri=1.518,wavelength=0.5,sample=1.33,depth=2,size=3x5x5"), (9, 9, 9), VOXEL
    )
    wanted = Microscope(1.2, 0.5, 1.518, 1.33, 2.0, vectorial=True).psf((3, 5, 5), VOXEL)
    torch.testing.assert_close(found, wanted.float())


def test_its_size_follows_from_the_image() -> None:
    told = parse_description("na=0.6,ri=1,wavelength=0.5")
    kernel = computed_psf(told, (8, 64, 65), VOXEL)
    assert kernel.shape[0] == 9
    assert all(size % 2 == 1 and size <= 37 for size in kernel.shape)
    assert float(kernel.sum()) == pytest.approx(1, abs=1e-5)
    assert kernel.argmax() == kernel.numel() // 2
    assert computed_psf(told, (64, 65), VOXEL[1:]).shape[0] <= 37
    sheet = computed_psf(parse_description("na=0.6,ri=1,wavelength=0.5,model=two-photon"), (40, 64, 65), VOXEL)
    assert sheet.shape[0] < 41, "what is far out of focus has no light"


def test_a_size_of_other_axes_is_told() -> None:
    with pytest.raises(ArgumentError, match="size of 2 axes"):
        computed_psf(parse_description(WATER), (9, 9), (0.2, 0.2))
