import pytest
import torch
import torch.nn.functional as F

from preimage.kernels.sliding.correlation_loops import (
    can_slide,
    correlate_extended_in_loops,
    correlate_folded_in_loops,
    correlate_in_loops,
    is_product,
)
from preimage.machine.compiler import has_compiler

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")


@needs_compiler
@pytest.mark.parametrize(("dtype", "tol"), [(torch.float32, 1e-6), (torch.float64, 1e-13)])
@pytest.mark.parametrize("taps", [(1, 1), (3, 4), (5, 5), (2, 9), (12, 11)])
def test_the_loops_are_the_convolution_of_torch(taps, dtype, tol, rng):
    x = torch.rand(3, 2, 13, 12, generator=rng, dtype=torch.float64).to(dtype)
    for images in (x, x.flip(3), x[..., 1:, :].contiguous()):
        for shape in ((1, 1), (1, 2), (3, 1), (3, 2)):
            weight = torch.rand(*shape, *taps, generator=rng, dtype=torch.float64).to(dtype)
            kernels = weight.expand(3, 2, *taps).reshape(6, 1, *taps)
            expected = F.conv2d(images.flatten(0, 1)[None], kernels, groups=6)[0].unflatten(0, (3, 2))
            torch.testing.assert_close(correlate_in_loops(images, weight), expected, rtol=10 * tol, atol=tol)


@needs_compiler
def test_nan_stays_under_the_kernel():
    x = torch.ones(1, 1, 9, 9)
    x[..., 4, 4] = torch.nan
    assert int(correlate_in_loops(x, torch.ones(1, 1, 3, 3)).isnan().sum()) == 9


def test_what_can_slide():
    x, weight = torch.ones(2, 1, 5, 5), torch.ones(1, 1, 3, 3)
    assert can_slide(x, weight) == has_compiler()
    assert not can_slide(x[:0], weight)
    assert not can_slide(x[..., None], weight[..., None])
    assert not can_slide(x, weight.double())
    assert not can_slide(x, weight.clone().requires_grad_())


@needs_compiler
@pytest.mark.parametrize(("dtype", "tol"), [(torch.float32, 1e-6), (torch.float64, 1e-13)])
@pytest.mark.parametrize("taps", [(5, 5), (2, 9), (9, 8), (12, 11)])
def test_a_column_times_a_row_slides_as_these(taps, dtype, tol, rng):
    column, row = (torch.randn(3, 2, size, generator=rng, dtype=torch.float64).to(dtype) for size in taps)
    weight = column[..., None] * row[..., None, :]
    assert is_product(weight) == (2 * sum(taps) <= taps[0] * taps[1])
    x = torch.rand(3, 2, 13, 12, generator=rng, dtype=torch.float64).to(dtype)
    expected = F.conv2d(x.flatten(0, 1)[None], weight.reshape(6, 1, *taps), groups=6)[0].unflatten(0, (3, 2))
    torch.testing.assert_close(correlate_in_loops(x, weight), expected, rtol=30 * tol, atol=10 * tol)


@needs_compiler
def test_what_is_no_product_is_not_taken_for_one(rng):
    product = torch.rand(2, 1, 7, 1, generator=rng) * torch.rand(2, 1, 1, 7, generator=rng)
    assert is_product(product)
    changed = product.clone()
    changed[1, 0, 3, 2] *= 1 + 1e-4
    others = [changed, changed * torch.nan, torch.zeros(1, 1, 7, 7), torch.full((1, 1, 7, 7), torch.inf)]
    for kernel in (*others, torch.rand(1, 1, 7, 7, generator=rng)):
        assert not is_product(kernel)
    x = torch.rand(2, 1, 9, 9, generator=rng)
    expected = F.conv2d(x.flatten(0, 1)[None], changed, groups=2)[0].unflatten(0, (2, 1))
    torch.testing.assert_close(correlate_in_loops(x, changed), expected)


@needs_compiler
@pytest.mark.parametrize(
    "rows", [[0, 1, 2, 3, 4], [2, 1, 0, 1, 2, 3, 4, 3], [-1, 0, 1, 2, 3, 4, -1, -1], [1, 2, 3, 4, 4]]
)
@pytest.mark.parametrize("columns", [[0, 1, 2, 3], [3, 2, 1], [-1, -1, 0, 1, 2, 3, -1], [3, 0, 1, 2, 3, 0]])
def test_what_extends_a_plane_is_found_by_its_indices(rows, columns, rng):
    x, weight = torch.rand(2, 3, 5, 4, generator=rng), torch.rand(1, 3, 2, 3, generator=rng)
    rows, columns = torch.tensor(rows), torch.tensor(columns)
    known = ((rows >= 0)[:, None] & (columns >= 0)).to(x)
    extended = x[:, :, rows.clamp_min(0)][..., columns.clamp_min(0)] * known
    found = correlate_extended_in_loops(x, weight, rows, columns)
    torch.testing.assert_close(found, correlate_in_loops(extended, weight), rtol=0, atol=0)


@needs_compiler
@pytest.mark.parametrize("rows", [[0, 1, 2, 3, 4], [2, 1, 0, 1, 2, 3, 4, 3], [-1, 0, 1, 2, 3, 4, -1, -1]])
@pytest.mark.parametrize("columns", [[0, 1, 2, 3], [3, 2, 1, 0], [-1, -1, 0, 1, 2, 3, -1], [3, 0, 1, 2, 3, 0]])
@pytest.mark.parametrize("product", [False, True])
def test_what_was_extended_is_folded_back_by_the_adjoint(rows, columns, product, rng):
    rows, columns = torch.tensor(rows), torch.tensor(columns)
    x = torch.rand(2, 3, 5, 4, generator=rng, dtype=torch.float64)
    weight = torch.rand(1, 3, 5, 4, generator=rng, dtype=torch.float64)
    weight = weight[:, :, :, :1] * weight[:, :, :1] if product else weight
    y = torch.rand(2, 3, len(rows) - 4, len(columns) - 3, generator=rng, dtype=torch.float64)
    forward = (correlate_extended_in_loops(x, weight, rows, columns) * y).sum()
    torch.testing.assert_close((correlate_folded_in_loops(y, weight, rows, columns) * x).sum(), forward)
