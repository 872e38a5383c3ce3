import torch

from preimage.blind.kernel.edges import draw_edges, next_differences
from preimage.blind.kernel.shape import delta
from preimage.physics.kernels import gaussian_blur
from tests.blind.kernel.scenes import blurred, shapes


def test_differences_are_those_to_the_next_pixel() -> None:
    x = torch.tensor([[1.0, 4.0], [3.0, 9.0]])
    assert next_differences(x).tolist() == [[[2.0, 5.0], [-2.0, -5.0]], [[3.0, -3.0], [6.0, -6.0]]]


def test_noise_goes_and_edges_stay_where_nothing_is_blurred() -> None:
    x = shapes(48)[0]
    y = x + 0.01 * torch.randn(x.shape, generator=torch.Generator().manual_seed(0))
    drawn = draw_edges(y, delta(3, y), 3e-4)
    assert float((drawn - x).square().mean()) < 0.4 * float((y - x).square().mean())


def test_edges_of_a_blurred_picture_are_sharp_again_up_to_the_border() -> None:
    kernel = gaussian_blur(1.5, size=9)[0, 0]
    x, y = shapes(64 + 8)[0, 4:-4, 4:-4], blurred(kernel, 64, 0.0)[0]
    drawn = draw_edges(y, kernel, 3e-4)
    for part in (slice(None), slice(0, 4)):
        assert float((drawn - x)[part].square().mean()) < 0.5 * float((y - x)[part].square().mean())
