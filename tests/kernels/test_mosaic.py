import pytest
import torch

from preimage.kernels.mosaic import fill_mosaic, pick_mosaic
from preimage.kernels.mosaic_loops import fill_in_loops, pick_in_loops
from preimage.machine.compiler import has_compiler

COVERS = ["preimage.kernels.mosaic_loops"]

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")
CELLS = [(0, 1, 1, 2), (1, 2, 0, 1), (3, 0, 1, 2), (1, 1, 1, 1)]


def without_compiler(function, *arguments):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREIMAGE_COMPILE", "0")
        return function(*arguments)


@pytest.mark.parametrize("cell", CELLS)
def test_each_pixel_has_its_channel(cell, rng):
    x, y = torch.rand(2, 4, 5, 8, generator=rng), torch.rand(2, 1, 5, 8, generator=rng)
    mask = torch.zeros(1, 4, 5, 8)
    for position, channel in enumerate(cell):
        mask[:, channel, position // 2 :: 2, position % 2 :: 2] = 1
    for call in (without_compiler, lambda function, *arguments: function(*arguments)):
        assert torch.equal(call(pick_mosaic, x, cell), (mask * x).sum(1, keepdim=True))
        assert torch.equal(call(fill_mosaic, y, cell, 4), mask * y)


@needs_compiler
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(3, 4, 5, 7), (1, 4, 1, 1), (0, 4, 4, 4), (2, 4, 6, 0)])
def test_the_loops_are_the_tensor_operations(shape, dtype, rng):
    for x in (
        torch.rand(shape, generator=rng).to(dtype),
        torch.rand(shape[::-1], generator=rng).to(dtype).permute(3, 2, 1, 0),
    ):
        for cell in CELLS:
            y = x[:, :1]
            found, image = pick_in_loops(x, cell), fill_in_loops(y, cell, 4)
            assert torch.equal(found, without_compiler(pick_mosaic, x, cell))
            assert torch.equal(image, without_compiler(fill_mosaic, y, cell, 4))
            assert found.dtype == image.dtype == dtype


@needs_compiler
def test_what_is_not_picked_may_be_nan():
    x = torch.full((1, 3, 3, 3), torch.nan)
    x[:, 1] = 1
    for pick in (pick_in_loops, lambda *arguments: without_compiler(pick_mosaic, *arguments)):
        assert pick(x, (0, 1, 1, 2)).isnan().sum() == 5


def test_gradients_are_the_adjoint(rng):
    x, y = torch.rand(2, 3, 5, 5, generator=rng, requires_grad=True), torch.rand(2, 1, 5, 5, generator=rng)
    (gradient,) = torch.autograd.grad((pick_mosaic(x, (0, 1, 1, 2)) * y).sum(), x)
    assert torch.equal(gradient, fill_mosaic(y, (0, 1, 1, 2), 3))
    each = torch.func.vmap(lambda one: pick_mosaic(fill_mosaic(one[None], (0, 1, 1, 2), 3), (0, 1, 1, 2))[0])(y)
    assert torch.equal(each, y)
