import pytest
import torch

from preimage.physics import ParallelBeam
from preimage.plot import draw_kernel, draw_kspace, draw_sinogram


def picture_of(figure):
    return figure.axes[0].get_images()[0]


@pytest.mark.parametrize(("size", "extent"), [(5, [-2.5, 2.5, 2.5, -2.5]), (4, [-2.5, 1.5, 1.5, -2.5])])
def test_the_middle_of_a_kernel_is_at_zero(size, extent) -> None:
    kernel = torch.zeros(size, size)
    kernel[size // 2, size // 2] = 1
    figure = draw_kernel(kernel)
    assert picture_of(figure).get_extent() == extent
    assert figure.axes[0].get_title() == "kernel, sum 1"


def test_a_sinogram_has_degrees_and_lengths() -> None:
    geometry = ParallelBeam(torch.arange(0, 180, 10.0), bins=8, spacing=0.5)
    y = torch.rand(1, 1, 18, 8)
    assert picture_of(draw_sinogram(y, geometry)).get_extent() == pytest.approx([-2, 2, 175, -5])
    assert picture_of(draw_sinogram(y)).get_extent() == [-0.5, 7.5, 17.5, -0.5]
    assert picture_of(draw_sinogram(y[..., None, :].expand(1, 1, 18, 3, 8))).get_array().shape == (18, 8)


def test_k_space_is_a_logarithm_with_its_frequencies() -> None:
    y = torch.zeros(1, 2, 5, 4, dtype=torch.complex64)
    y[0, 0, 2, 2], y[0, 1, 2, 2] = 3j, 4
    picture = picture_of(draw_kspace(y))
    assert float(picture.get_array()[2, 2]) == 0
    assert picture.get_extent() == pytest.approx([-0.5, 0.5, 0.6, -0.4])
    draw_kspace(torch.zeros(1, 1, 3, 3, dtype=torch.complex64)).canvas.draw()
