import pytest
import torch
from scipy.fft import dctn

from preimage.kernels.patch_spectra import patch_spectra
from preimage.kernels.patch_spectra_loops import spectra_by_loops
from preimage.kernels.patch_spectra_tensors import is_low, spectra_by_tensors
from preimage.machine.compiler import has_compiler

COVERS = ["preimage.kernels.patch_spectra_loops", "preimage.kernels.patch_spectra_tensors"]

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")


def test_a_patch_has_its_cosine_transform(rng):
    image = torch.rand(2, 11, 13, generator=rng, dtype=torch.float64)
    spectra, low = patch_spectra(image, 4, 5, 3), is_low(4, 5)
    patch = image[:, 6:10, 3:8].numpy()  # in row 2 and column 1 of a grid with three columns
    expected = torch.from_numpy(dctn(patch, axes=(1, 2), norm="ortho"))
    torch.testing.assert_close(spectra.high[:, 7], expected[:, ~low].flatten())
    torch.testing.assert_close(spectra.energy[7], expected[:, low][:, 1:].square().sum())
    torch.testing.assert_close(spectra.means[:, 7], torch.from_numpy(patch.mean((1, 2))))
    assert spectra.energy.shape == (9,)


@needs_compiler
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_loops_are_the_tensor_operations(dtype, rng):
    for shape, tall, wide, stride in (
        ((3, 17, 12), 5, 5, 1), ((1, 21, 20), 8, 8, 3), ((2, 7, 9), 3, 6, 2), ((1, 1, 9), 1, 8, 1),
        ((1, 1, 1), 1, 1, 1),
    ):  # fmt: skip
        image = torch.rand(shape, generator=rng, dtype=torch.float64).to(dtype)
        found, expected = spectra_by_loops(image, tall, wide, stride), spectra_by_tensors(image, tall, wide, stride)
        torch.testing.assert_close(found.high, expected.high, rtol=1e-6, atol=1e-7 if dtype == torch.float32 else 1e-13)
        torch.testing.assert_close(found.energy, expected.energy, rtol=1e-12, atol=1e-12)
        torch.testing.assert_close(found.means, expected.means, rtol=1e-12, atol=0)


@needs_compiler
def test_views_and_nan(rng):
    image = torch.rand(20, 3, 18, generator=rng).permute(1, 2, 0)[:, ::2]
    image[1, 4, 7] = torch.nan
    found, expected = spectra_by_loops(image, 4, 4, 1), spectra_by_tensors(image, 4, 4, 1)
    for part in ("high", "energy", "means"):
        torch.testing.assert_close(vars(found)[part], vars(expected)[part], equal_nan=True)
    assert int(found.energy.isnan().sum()) == 16
