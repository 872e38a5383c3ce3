import pytest
import torch

from preimage.kernels.pointwise import change_loops
from preimage.kernels.pointwise.change import change_and_size, relative_norm
from preimage.machine.compiler import has_compiler

COVERS = ["preimage.kernels.pointwise.change_loops"]

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")


def norms_in_loops(old, new):
    return change_loops.norms_in_loops(old, new).unbind(0)[:2]


def without_compiler(old, new):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREIMAGE_COMPILE", "0")
        return change_and_size(old, new)


@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_they_are_the_norms(dtype, rng):
    old, new = (torch.randn(3, 2, 5, 7, generator=rng, dtype=dtype) for _ in range(2))
    for a, b in ((old, new), (old.conj(), new), (old.mT, new.mT)):
        for found in (change_and_size(a, b), without_compiler(a, b)):
            torch.testing.assert_close(found[0], (b - a).abs().square().flatten(1).sum(1).sqrt())
            torch.testing.assert_close(found[1], b.abs().square().flatten(1).sum(1).sqrt())


@needs_compiler
@pytest.mark.parametrize(("dtype", "tol"), [(torch.float32, 1e-6), (torch.float64, 1e-12)])
@pytest.mark.parametrize("shape", [(2, 5000), (3, 1), (2, 0), (0, 4)])
def test_the_loops_are_the_tensor_operations(shape, dtype, tol, rng):
    old, new = (torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype) for _ in range(2))
    found, expected = norms_in_loops(old, new), without_compiler(old, new)
    torch.testing.assert_close(found, expected, rtol=tol, atol=tol)
    stretched = norms_in_loops(old.repeat(1, 2)[:, ::2], new.repeat(1, 2)[:, ::2])
    torch.testing.assert_close(stretched, without_compiler(old.repeat(1, 2)[:, ::2], new.repeat(1, 2)[:, ::2]))


@needs_compiler
@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_what_is_not_finite_stays_so_in_its_sample(value):
    old, new = torch.zeros(2, 4), torch.ones(2, 4)
    new[1, 2] = value
    torch.testing.assert_close(norms_in_loops(old, new), without_compiler(old, new), equal_nan=True)
    torch.testing.assert_close(norms_in_loops(new, new), without_compiler(new, new), equal_nan=True)


@needs_compiler
def test_the_norm_of_one_number_is_its_modulus():
    old, new = torch.tensor([[1e25], [-1.0]]), torch.tensor([[-1e25], [-1e-30]])
    torch.testing.assert_close(norms_in_loops(old, new), without_compiler(old, new), rtol=1e-6, atol=0)


@needs_compiler
def test_images_of_megapixels_have_the_precision_of_their_own(rng):
    old, new = (torch.rand(1, 2_000_003, generator=rng) for _ in range(2))
    exact = change_and_size(old.double(), new.double())
    for found, value in zip(norms_in_loops(old, new), exact, strict=True):
        torch.testing.assert_close(found.double(), value, rtol=1e-6, atol=0)


@needs_compiler
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.complex64])
def test_their_ratio_is_that_of_tensors(dtype, rng, monkeypatch):
    old, new = (torch.randn(6, 3, 7, generator=rng, dtype=dtype) for _ in range(2))
    new[1], old[2:4], new[3], new[4, 0, 0] = old[1], 0, 0, torch.nan
    for a, b in ((old, new), (old[:, :1, :1], new[:, :1, :1]), (old.mT, new.mT)):
        found = relative_norm(a, b)
        with monkeypatch.context() as patch:
            patch.setenv("PREIMAGE_COMPILE", "0")
            torch.testing.assert_close(found, relative_norm(a, b), equal_nan=True)
    assert relative_norm(new, torch.zeros_like(new))[2] == torch.linalg.vector_norm(new[2])
    assert relative_norm(old, new)[[1, 3]].tolist() == [0, 0]
