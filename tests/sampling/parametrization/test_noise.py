import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.sampling import NoisePrediction, ddpm_sigmas
from preimage.sampling.parametrization.noise import time_of
from tests.example import Example
from tests.sampling.gaussian import PRIOR
from tests.sampling.parametrization.exact import Exact, check

SIGMAS = ddpm_sigmas().float()


def noise(z: Tensor, time: Tensor) -> Tensor:
    sigma = SIGMAS[time.round().long()]
    x = z * (1 + sigma.square()).sqrt()
    return torch.cat([(x - PRIOR(x, sigma)) / sigma, torch.full_like(x, 9.0)], 1)


EXAMPLES = {NoisePrediction: [Example(lambda: NoisePrediction(Exact(lambda z, time: 0.3 * z), ddpm_sigmas()))]}


def test_the_noise_tells_the_image() -> None:
    check(NoisePrediction(Exact(noise), SIGMAS))


def test_times_lie_between_those_of_the_table() -> None:
    table = torch.tensor([1.0, 10.0, 100.0])
    found = time_of(table, torch.tensor([0.0, 1.0, 10**0.5, 50.0, 1e4]))
    expected = [0, 0, 0.5, 1 + torch.tensor(5.0).log10().item(), 2]
    torch.testing.assert_close(found, torch.tensor(expected, dtype=torch.float64))


def test_levels_that_fall_are_told() -> None:
    with pytest.raises(ArgumentError, match="`sigmas` must rise"):
        NoisePrediction(Exact(noise), SIGMAS.flip(0))
