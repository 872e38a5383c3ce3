import pytest
import torch

from preimage.kernels.pointwise.raw_loops import raw_in_loops, raw_pulled_in_loops
from preimage.machine.compiler import has_compiler
from preimage.physics import CameraPipeline, RawCamera
from tests.physics.camera.test_camera_pipeline import GAINS, MATRIX

pytestmark = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")


@pytest.mark.parametrize("pattern", ["RGGB", "GBRG"])
@pytest.mark.parametrize("size", [(6, 8), (5, 7), (1, 1), (0, 3)])
def test_the_loops_are_the_tensor_operations_in_double_precision(pattern, size, rng):
    """Also below the bend of the curve, at black and white, and outside, where nothing passes."""
    camera = RawCamera(CameraPipeline(GAINS, MATRIX), pattern)
    exact = camera.to(torch.float64)
    x = (1.4 * torch.rand(2, 3, *size, generator=rng) - 0.2).transpose(2, 3)
    x = torch.where(x > 1.1, 0.03 * x, x).where(x < 0.9, 1).where(x > 0.01, 0)
    v = torch.randn(2, 1, *size, generator=rng).transpose(2, 3)
    (y, pull), (measured, pulled) = camera.pullback(x), exact.pullback(x.double())
    torch.testing.assert_close(y.double(), measured, rtol=2e-6, atol=1e-7)
    for found in (pull(v), camera.vjp(x, v)):
        torch.testing.assert_close(found.double(), pulled(v.double()), rtol=2e-6, atol=1e-6)


def test_values_by_hand():
    """Black, the bend, white and beyond in a cell of red, green, green, blue, whose colours are not mixed."""
    x = torch.tensor([[0.0, 12.92 * 0.0031308], [1.0, 2.0]]).expand(1, 3, 2, 2)
    mix = torch.diag(torch.tensor([2.0, 1.0, 4.0]))[None]
    y = raw_in_loops(x, mix, (0, 1, 1, 2))
    torch.testing.assert_close(y[0, 0], torch.tensor([[0.0, 0.0031308], [1.0, 4.0]]))
    pulled = raw_pulled_in_loops(x, mix, torch.ones(1, 1, 2, 2), (0, 1, 1, 2))[0]
    slopes = torch.tensor([[2 / 12.92, 1 / 12.92], [2.4 / 1.055, 0.0]])
    torch.testing.assert_close(pulled.sum(0), slopes)
    assert (pulled != 0).sum() == 3
