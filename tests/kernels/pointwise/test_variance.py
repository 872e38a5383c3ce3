import pytest
import torch

from preimage.kernels.pointwise.variance import variance


@pytest.mark.parametrize("shape", [(3, 5, 4, 7), (2, 40, 3, 3), (2, 2, 5)])
def test_variance_is_that_of_torch(shape: tuple[int, ...], rng: torch.Generator):
    x = 3 + torch.randn(shape, dtype=torch.float64, generator=rng)
    torch.testing.assert_close(variance(x, 1), x.var(1))


def test_variance_of_one_image_is_nan(rng: torch.Generator):
    assert bool(variance(torch.rand(2, 1, 3, 3, generator=rng), 1).isnan().all())
