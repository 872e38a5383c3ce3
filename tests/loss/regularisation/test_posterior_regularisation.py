import math

import pytest
import torch
from torch import Tensor

from preimage.errors import ShapeError
from preimage.loss import posterior_regularisation


def loss(count: int, mean: float, deviation: float) -> float:
    """The expected loss of Gaussian samples where the posterior is N(0, 1), from the same numbers for all."""
    rng = torch.Generator().manual_seed(0)
    z = torch.randn(count + 1, 200_000, generator=rng, dtype=torch.float64)
    samples = mean + deviation * z[1:]
    return float(posterior_regularisation(samples[None, :, None, None], z[:1, None, None]))


@pytest.mark.parametrize("count", [2, 5])
def test_the_minimum_is_where_mean_and_variance_are_those_of_the_posterior(count: int) -> None:
    best = loss(count, 0.0, 1.0)
    for mean, deviation in ((0.0, 0.85), (0.0, 1.15), (0.15, 1.0), (-0.15, 1.0), (0.0, 0.0)):
        assert loss(count, mean, deviation) > best + 1e-4


def test_it_is_the_formula(rng: torch.Generator) -> None:
    samples, x = torch.rand(2, 3, 1, 2, 2, generator=rng), torch.rand(2, 1, 2, 2, generator=rng)
    found = posterior_regularisation(samples, x, 0.5)
    for image, truth, value in zip(samples, x, found, strict=True):
        m: Tensor = image.sum(0) / 3
        spread = math.sqrt(math.pi / 12) * sum(float((one - m).abs().sum()) / 4 for one in image)
        assert float(value) == pytest.approx(float((truth - m).abs().sum()) / 4 - 0.5 * spread, abs=1e-6)


def test_shapes_that_do_not_fit_are_told() -> None:
    for samples in (torch.zeros(2, 1, 1, 4, 4), torch.zeros(2, 2, 1, 4, 5), torch.zeros(2, 1, 4, 4)):
        with pytest.raises(ShapeError, match="P >= 2"):
            posterior_regularisation(samples, torch.zeros(2, 1, 4, 4))
