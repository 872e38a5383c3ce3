import math

import pytest
import torch

from preimage.kernels.sliding.window_means import gaussian_weights, sums_around, window_means, windows_around


def test_gaussian_weights() -> None:
    weights = gaussian_weights(3, 0.5)
    assert sum(weights) == pytest.approx(1)
    assert weights[0] / weights[1] == weights[2] / weights[1] == pytest.approx(math.exp(-2))
    assert gaussian_weights(2, 1.0) == [0.5, 0.5]


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("shape", [(2, 3, 7, 6), (1, 2, 5, 4, 6)])
def test_means_of_windows_inside(shape: tuple[int, ...], stride: int, rng: torch.Generator) -> None:
    x, weights = torch.rand(shape, generator=rng, dtype=torch.float64), [0.2, 0.5, 0.3]
    line = torch.tensor(weights, dtype=torch.float64)
    want = x
    for axis in range(2, x.ndim):
        want = want.unfold(axis, 3, stride) @ line
    torch.testing.assert_close(window_means(x, weights, stride), want)


@pytest.mark.parametrize("size", [1, 3, 7, 17])
@pytest.mark.parametrize("shape", [(2, 3, 23, 30), (9, 8)])
def test_sums_and_counts_of_windows_around_each_pixel(shape: tuple[int, ...], size: int, rng: torch.Generator) -> None:
    """Those of the window with zeros beyond the border, also where the image is smaller than the window."""
    x = torch.randn(shape, generator=rng, dtype=torch.float64)

    def around(x: torch.Tensor) -> torch.Tensor:
        padded = torch.nn.functional.pad(x, (size // 2,) * 4)
        return padded.unfold(-2, size, 1).unfold(-2, size, 1).sum((-1, -2))

    torch.testing.assert_close(sums_around(x, size), around(x), rtol=0, atol=1e-13 * size**2)
    assert torch.equal(windows_around(x, size), around(torch.ones(shape[-2:], dtype=torch.float64)))
