import pytest
import scipy
import torch

from preimage.errors import ArgumentError
from preimage.physics import Denoising, GaussianNoise
from preimage.physics.generators import GainGenerator, SigmaGenerator
from tests.example import Example

EXAMPLES = {
    GainGenerator: [Example(GainGenerator)],
    SigmaGenerator: [Example(SigmaGenerator)],
}


@pytest.mark.parametrize(("law", "name"), [(SigmaGenerator(0.1, 0.4), "sigma"), (GainGenerator(0.1, 0.4), "gain")])
def test_values_are_uniform(law: SigmaGenerator | GainGenerator, name: str, rng: torch.Generator) -> None:
    values = law(2000, rng)[name]
    assert scipy.stats.kstest(values.numpy(), scipy.stats.uniform(0.1, 0.3).cdf).pvalue > 1e-3


def test_they_are_parameters_of_a_call(rng: torch.Generator) -> None:
    params = SigmaGenerator(0.1, 0.4)(3, rng)
    y = Denoising(GaussianNoise())(torch.zeros(3, 1, 200, 200), rng, **params)
    torch.testing.assert_close(y.std((1, 2, 3)), params["sigma"], rtol=0.02, atol=0)


def test_a_range_upside_down_is_named() -> None:
    with pytest.raises(ArgumentError, match="`low, high` must be a pair"):
        SigmaGenerator(0.2, 0.1)
