import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics.generators import GaussianBlurGenerator, SigmaGenerator


def test_parameters_go_together_by_name(rng: torch.Generator) -> None:
    params = GaussianBlurGenerator(9)(2, rng) | SigmaGenerator()(2, rng)
    assert {name: tuple(value.shape) for name, value in params.items()} == {"kernel": (2, 1, 9, 9), "sigma": (2,)}


def test_the_first_draw_is_the_generators_own_uniform_number() -> None:
    expected = torch.rand(1, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    got = SigmaGenerator(1, 3)(1, torch.Generator().manual_seed(5), dtype=torch.float64)["sigma"]
    torch.testing.assert_close(got, 1 + 2 * expected)


def test_an_empty_batch_is_named() -> None:
    with pytest.raises(ArgumentError, match="`batch` must be at least 1"):
        SigmaGenerator()(0)
