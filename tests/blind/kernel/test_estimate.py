import pickle

import pytest
import torch

from preimage.blind import KernelEstimate, estimate_kernel
from preimage.blind.kernel.shape import agreement
from preimage.errors import ArgumentError, ShapeError
from preimage.physics import Blur
from preimage.physics.kernels import gaussian_blur, motion_line
from preimage.restore import read_kernel
from preimage.simulate import sample_picture
from tests.blind.kernel.scenes import blurred, shapes


def test_motion_is_a_free_kernel() -> None:
    kernel = motion_line(9, 35)[0, 0]
    found = estimate_kernel(blurred(kernel, 96), size=13, sigma=0.003)
    assert found.kind == "free"
    assert agreement(found.kernel, kernel) > 0.8
    assert found.kernel.shape[0] % 2 == 1
    assert float(found.kernel.sum()) == pytest.approx(1)
    assert float(found.kernel.min()) >= 0
    assert found.trust > KernelEstimate.ENOUGH


def test_a_gaussian_is_one() -> None:
    """On squares and disks the best free kernel and a Gaussian explain about as much, and roundings decide."""
    picture = Blur(gaussian_blur(2.0, size=17), "valid").A(sample_picture(96, 96)[None])[0]
    found = estimate_kernel((255 * picture).round() / 255, size=13)
    assert found.kind == "gaussian"
    assert found.parameters["sigma"] == pytest.approx(2.0, rel=0.15)
    assert "Gaussian" in found.describe()
    again = pickle.loads(pickle.dumps(found))
    assert torch.equal(again.kernel, found.kernel)
    assert (again.trust, again.kind, again.parameters) == (found.trust, found.kind, found.parameters)


def test_a_lens_out_of_focus_is_a_disk() -> None:
    found = estimate_kernel(blurred(read_kernel("disk:4"), 80), size=13, sigma=0.003)
    assert found.kind == "disk"
    assert found.parameters["radius"] == pytest.approx(4, rel=0.1)


def test_a_sharp_picture_is_left_alone() -> None:
    found = estimate_kernel(shapes(80), size=9, sigma=0.003)
    assert (found.kind, found.kernel.shape) == ("delta", (1, 1))
    assert found.trust > KernelEstimate.ENOUGH


def test_noise_tells_nothing() -> None:
    noise = 0.5 + 0.05 * torch.randn(1, 64, 64, generator=torch.Generator().manual_seed(0))
    assert estimate_kernel(noise, size=9, sigma=0.05).trust < KernelEstimate.ENOUGH
    assert estimate_kernel(torch.full((3, 40, 40), 0.5), size=5, sigma=0.001).trust == 0
    assert estimate_kernel(torch.zeros(1, 7, 5)).trust == 0


def test_what_is_no_picture_or_size_is_refused() -> None:
    with pytest.raises(ShapeError, match="`picture` must be"):
        estimate_kernel(torch.zeros(2, 1, 40, 40))
    for size in (4, 1, 31):
        with pytest.raises(ArgumentError, match="`size` must be odd, from 3 to 13"):
            estimate_kernel(torch.zeros(1, 40, 40), size)
