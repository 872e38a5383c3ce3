import pytest
import torch

from preimage.physics import DownsamplingMatlab
from preimage.physics.blur.camera import WIDTHS, camera_gaussian, camera_lanczos, move_to_block
from preimage.restore.tasks.superresolve import as_camera


@pytest.mark.parametrize("factor", [2, 3, 4, 8])
def test_lanczos_is_that_of_resizing_with_two_lobes(factor, rng):
    """Away from the border, the same as the dense matrices of another operator."""
    task, side = as_camera(factor, "lanczos"), 12
    y = torch.zeros(1, 1, side, side)
    physics, window = task.problem(y, None).physics, task.window(side, side).times(factor)
    x = torch.rand(1, 1, window.full_height, window.full_width, generator=rng)
    ours = physics.A(x)
    theirs = DownsamplingMatlab(factor, "lanczos2").A(window.of(x))
    inner = (..., slice(2, -2), slice(2, -2))
    assert ours.shape == theirs.shape == y.shape
    assert torch.allclose(ours[inner], theirs[inner], atol=1e-5)
    assert not torch.allclose(ours, theirs, atol=1e-2)  # beyond the border, this one knows more


@pytest.mark.parametrize("factor", list(WIDTHS))
def test_every_kernel_is_centred_on_the_block(factor):
    for kernel in (camera_lanczos(factor), camera_gaussian(factor), move_to_block(torch.ones(3, 5) / 15, factor)):
        rows, columns = (torch.arange(n) - n // 2 for n in kernel.shape)
        assert float(kernel.sum()) == pytest.approx(1, abs=1e-5)
        for line, where in ((kernel.sum(1), rows), (kernel.sum(0), columns)):
            assert float((line * where).sum()) == pytest.approx(-(factor - 1) / 2, abs=0.02)
