import pytest
import torch

from preimage.kernels.rays.line_sums import smear_lines, sum_lines
from preimage.kernels.rays.line_sums_loops import smear_lines_by_loops, sum_lines_by_loops
from preimage.kernels.rays.line_sums_tensors import smear_lines_by_tensors, sum_lines_by_tensors
from preimage.kernels.rays.lines import lines_of
from preimage.machine.compiler import has_compiler

COVERS = ["preimage.kernels.rays.line_sums_loops", "preimage.kernels.rays.line_sums_tensors"]

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")
SHAPES = [(7, 10), (9, 6), (4, 6, 5)]


def some_lines(shape, rng, count=60):
    """In all directions, some beside the image, some that end inside, one of no length."""
    ends = torch.randn(2, count, len(shape), generator=rng, dtype=torch.float64)
    start, end = ends / ends.norm(dim=2, keepdim=True) * torch.linspace(2, 9, count, dtype=torch.float64)[:, None]
    end[0] = start[0]
    for n in range(len(shape)):  # along the axes and along a diagonal
        start[n + 1], end[n + 1] = 0.0, 0.0
        start[n + 1, n], end[n + 1, n] = -20.0, 20.0
    start[5], end[5] = -9.0, 9.0
    return lines_of(start, end, shape, (0.9, 1.1, 1.3)[: len(shape)])


@needs_compiler
@pytest.mark.parametrize(("dtype", "tol"), [(torch.float32, 1e-6), (torch.float64, 1e-13)])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_loops_are_the_tensor_operations(shape, dtype, tol, rng) -> None:
    lines = some_lines(shape, rng)
    x = torch.rand(2, *shape, generator=rng, dtype=dtype)
    y = torch.rand(2, 60, generator=rng, dtype=dtype)
    for found, expected in (
        (sum_lines_by_loops(x, lines), sum_lines_by_tensors(x, lines)),
        (smear_lines_by_loops(y, lines), smear_lines_by_tensors(y, lines)),
    ):
        assert found.dtype == dtype
        torch.testing.assert_close(found, expected, rtol=0, atol=tol * expected.max().item())


@needs_compiler
def test_threads_change_nothing(rng) -> None:
    lines = some_lines((7, 10), rng)
    x, y = torch.rand(1, 7, 10, generator=rng), torch.rand(1, 60, generator=rng)
    one = sum_lines(x, lines), smear_lines(y, lines)
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        assert all(torch.equal(a, b) for a, b in zip(one, (sum_lines(x, lines), smear_lines(y, lines)), strict=True))
    finally:
        torch.set_num_threads(threads)


@pytest.mark.parametrize("switch", ["0", "1"])
@pytest.mark.parametrize("shape", SHAPES)
def test_both_ways_are_one_matrix_and_its_transpose(shape, switch, rng, monkeypatch) -> None:
    monkeypatch.setenv("PREIMAGE_COMPILE", switch)
    lines, size = some_lines(shape, rng), torch.Size(shape).numel()
    there = sum_lines(torch.eye(size, dtype=torch.float64).reshape(size, *shape), lines)
    back = smear_lines(torch.eye(60, dtype=torch.float64), lines).flatten(1)
    torch.testing.assert_close(there, back.T, rtol=0, atol=1e-14)
    assert (there >= 0).all()
    assert not there[:, 0].any()


@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 2)])
def test_gradients_of_gradients(shape, rng) -> None:
    lines = some_lines(shape, rng, 8)
    x = torch.rand(1, *shape, generator=rng, dtype=torch.float64, requires_grad=True)
    y = torch.rand(1, 8, generator=rng, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradgradcheck(lambda x: sum_lines(x, lines) ** 2, x)
    assert torch.autograd.gradgradcheck(lambda y: smear_lines(y, lines) ** 2, y)


def test_no_image_gives_none(rng) -> None:
    lines = some_lines((4, 6, 5), rng)
    assert sum_lines(torch.zeros(0, 4, 6, 5), lines).shape == (0, 60)
    assert smear_lines(torch.zeros(0, 60), lines).shape == (0, 4, 6, 5)
