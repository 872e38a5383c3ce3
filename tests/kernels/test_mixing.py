import pytest
import torch

from preimage.kernels.mixing import difference_products, mix_vectors
from preimage.kernels.mixing_loops import mix_vectors_in_loops
from preimage.machine.compiler import has_compiler

COVERS = ["preimage.kernels.mixing_loops"]


def without_compiler(function, *args):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREIMAGE_COMPILE", "0")
        return function(*args)


def made(size, count, rng, dtype=torch.float64):
    vectors = tuple(torch.randn(2, size, generator=rng, dtype=torch.float64).to(dtype) for _ in range(count))
    return vectors, torch.randn(2, count - 1, generator=rng, dtype=torch.float64).to(dtype)


def test_they_are_the_definition(rng):
    vectors, weights = made(7, 4, rng)
    differences = torch.stack([vectors[0] - vector for vector in vectors[1:]], 1)
    scale = torch.ldexp(torch.ones(2).double(), -torch.frexp(vectors[0].norm(dim=1)).exponent)
    gram, right = difference_products(vectors)
    torch.testing.assert_close(gram, differences @ differences.mT * scale[:, None, None] ** 2)
    torch.testing.assert_close(right, (differences @ vectors[0][..., None])[..., 0] * scale[:, None] ** 2)
    torch.testing.assert_close(mix_vectors(vectors, weights), vectors[0] - (weights[:, None] @ differences)[:, 0])


@pytest.mark.skipif(not has_compiler(), reason="numba is not installed")
@pytest.mark.parametrize(("dtype", "tol"), [(torch.float32, 1e-6), (torch.float64, 1e-12)])
@pytest.mark.parametrize("size", [1, 1500])
def test_the_loops_are_the_tensor_operations(size, dtype, tol, rng):
    vectors, weights = made(size, 3, rng, dtype)
    vectors = (vectors[0], vectors[1].mT.contiguous().mT, vectors[2])
    for function, args in ((difference_products, (vectors,)), (mix_vectors, (vectors, weights))):
        found, expected = function(*args), without_compiler(function, *args)
        torch.testing.assert_close(found, expected, rtol=tol, atol=tol)
    assert torch.equal(mix_vectors_in_loops(vectors, weights), mix_vectors(vectors, weights))


def test_nothing_and_what_is_not_finite(rng):
    vectors, weights = made(5, 3, rng)
    vectors[1][0, 2] = torch.nan
    gram, _ = difference_products(vectors)
    assert gram[0, 0].isnan().all()
    assert gram[1].isfinite().all()
    assert torch.equal(mix_vectors(vectors, weights)[0].isnan(), torch.arange(5) == 2)
    assert mix_vectors(tuple(vector[:0] for vector in vectors), weights[:0]).shape == (0, 5)
