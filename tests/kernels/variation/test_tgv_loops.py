import pytest
import torch

from preimage.denoisers.tgv_problem import tgv_denoise, tgv_value
from preimage.machine.compiler import has_compiler

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")
SHAPES = [(2, 3, 9, 12), (1, 1, 12, 7), (1, 2, 1, 6), (1, 1, 6, 1), (1, 1, 2, 2), (1, 1, 2, 5), (1, 1, 1, 1)]


@needs_compiler
@pytest.mark.parametrize(("dtype", "tol"), [(torch.float32, 1e-6), (torch.float64, 1e-12)])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_loops_are_the_tensor_operations(shape, dtype, tol, rng, monkeypatch):
    x = torch.rand(shape, generator=rng, dtype=torch.float64).to(dtype)
    weight = torch.linspace(0.2, 0.05, shape[0], dtype=dtype)
    results = {}
    for compiles in ("1", "0"):
        monkeypatch.setenv("PREIMAGE_COMPILE", compiles)
        solved = [tgv_denoise(x, weight, 1.5, coupled, 0.0, 23) for coupled in (False, True)]
        results[compiles] = solved, tgv_value(x, 1.5, True, 0.2, 500)
    (fast, value), (slow, expected) = results["1"], results["0"]
    for found, wanted in zip(fast, slow, strict=True):
        assert torch.equal(found.steps, wanted.steps)
        torch.testing.assert_close(found.x, wanted.x, rtol=10 * tol, atol=2 * tol)
        torch.testing.assert_close(found.residual, wanted.residual, rtol=1e-3, atol=20 * tol)
    torch.testing.assert_close(value, expected, rtol=20 * tol, atol=tol)


@needs_compiler
def test_views_and_nan(rng, monkeypatch):
    x = torch.rand(9, 8, 1, 1, generator=rng, dtype=torch.float64).permute(2, 3, 1, 0)
    for value in (0.5, torch.nan):
        x[0, 0, 2, 3] = value
        monkeypatch.setenv("PREIMAGE_COMPILE", "1")
        found = tgv_denoise(x, 0.1, 2.0, False, 1e-3, 30).x
        monkeypatch.setenv("PREIMAGE_COMPILE", "0")
        torch.testing.assert_close(found, tgv_denoise(x, 0.1, 2.0, False, 1e-3, 30).x, equal_nan=True)
