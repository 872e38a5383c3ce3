import math

import pytest
import torch

from preimage.kernels.sliding.window_means import gaussian_weights, window_means


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
