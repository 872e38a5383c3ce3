import pytest
import torch

from preimage.kernels.jpeg_loops import jpeg_in_loops
from preimage.machine.compiler import has_compiler
from preimage.physics import JPEG
from preimage.physics.codec.jpeg_tables import quantisation_steps

pytestmark = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")
FACTORS = {"4:4:4": (1, 1), "4:2:2": (1, 2), "4:2:0": (2, 2)}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("size", [(33, 47), (7, 5), (3, 4), (2, 3), (1, 1), (16, 16), (18, 141)])
def test_the_loops_are_the_tensor_operations(size, dtype, rng, monkeypatch):
    """To the bit: on noise, on a ramp, and beyond the range; in the order of memory and in another."""
    pictures = torch.rand(3, 3, *size, generator=rng).to(dtype)
    pictures[1] = torch.linspace(0, 1, size[1]) * pictures[1, :, :1, :1]
    pictures[2] = 3 * pictures[2] - 1
    quality = torch.tensor([1.0, 50.0, 95.0])
    steps = quantisation_steps(quality.double())
    for subsampling, factors in FACTORS.items():
        for x in (pictures, pictures[:, :1], pictures.mT.contiguous().mT):
            found = jpeg_in_loops(x, *steps, factors)
            monkeypatch.setenv("PREIMAGE_COMPILE", "0")
            expected = JPEG(quality, subsampling).A(x)
            monkeypatch.delenv("PREIMAGE_COMPILE")
            assert found is not None
            assert torch.equal(found / 255, expected)
            assert torch.equal(JPEG(quality, subsampling).A(x), expected)


def test_pictures_stay_as_they_are_and_nan_is_left_to_the_tensors(rng):
    x = torch.rand(2, 3, 9, 9, generator=rng)
    before, steps = x.clone(), quantisation_steps(torch.tensor([50.0]).double())
    assert jpeg_in_loops(x, *steps, (2, 2)) is not None
    assert torch.equal(x, before)
    x[1, 2, 8, 8] = torch.nan
    assert jpeg_in_loops(x, *steps, (2, 2)) is None
    y = JPEG(50).A(x)
    assert y[1].isnan().any()
    assert torch.equal(y[0], JPEG(50).A(before)[0])
