import numpy as np
import pytest
import torch
from scipy.fft import dctn, idctn

from preimage.kernels.cosine_loops import cosines_in_loops, from_cosines_in_loops
from preimage.machine.compiler import has_compiler

pytestmark = pytest.mark.skipif(not has_compiler(), reason="the extra `fast` is not installed")

SHAPES = [(2, 6, 5), (3, 7, 8), (2, 3, 16, 9), (4, 1, 1), (3, 1, 2), (3, 2, 1), (2, 2), (5, 3)]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("dims", [1, 2])
@pytest.mark.parametrize("shape", SHAPES)
def test_there_and_back_are_scipys(shape: tuple[int, ...], dims: int, dtype: torch.dtype, rng: torch.Generator) -> None:
    x = torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)
    tolerance, axes = (1e-13 if dtype == torch.float64 else 3e-6), tuple(range(-dims, 0))
    y, back = cosines_in_loops(x, dims), from_cosines_in_loops(x, dims)
    assert y.dtype == back.dtype == dtype
    np.testing.assert_allclose(y.numpy(), dctn(x.double().numpy(), axes=axes, norm="ortho"), atol=tolerance)
    np.testing.assert_allclose(back.numpy(), idctn(x.double().numpy(), axes=axes, norm="ortho"), atol=tolerance)


def test_of_a_view_and_without_touching_it(rng: torch.Generator) -> None:
    x = torch.randn(4, 8, 9, generator=rng, dtype=torch.float64)
    kept, view = x.clone(), x[::2, :, 1:].mT
    for transform in (cosines_in_loops, from_cosines_in_loops):
        torch.testing.assert_close(transform(view, 2), transform(view.contiguous(), 2), rtol=0, atol=0)
    assert torch.equal(x, kept)


def test_what_is_not_a_number_is_in_every_coefficient_of_its_plane_only(rng: torch.Generator) -> None:
    x = torch.randn(2, 6, 5, generator=rng)
    x[0, 2, 3] = torch.nan
    for transform in (cosines_in_loops, from_cosines_in_loops):
        assert transform(x, 2)[0].isnan().all()
        assert transform(x, 2)[1].isfinite().all()
