import math

import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.transform import RandomNoise, RandomPhaseError
from tests.example import Example, complex_example

EXAMPLES = {
    RandomNoise: [Example(RandomNoise, complex=True), Example(lambda: RandomNoise(0.1, 0.1), (2, 1, 2, 3, 4))],
    RandomPhaseError: [
        complex_example(RandomPhaseError, (2, 3, 6, 5)),
        complex_example(lambda: RandomPhaseError(0.5, -3), (2, 1, 3, 4, 5)),
    ],
}


def test_noise_has_the_level_that_is_drawn(rng: torch.Generator) -> None:
    x = torch.zeros(4, 1, 100, 100, dtype=torch.float64)
    params = RandomNoise(0.1, 0.4).draw(4, rng)
    assert 0.1 <= float(params[0].min()) < float(params[0].max()) < 0.4
    noise = RandomNoise(0.1, 0.4).transform(x, params)
    torch.testing.assert_close(noise.flatten(1).std(1), params[0], rtol=0.03, atol=0)
    assert abs(float((noise[0] * noise[1]).mean() / (params[0][0] * params[0][1]))) < 0.04
    both = RandomNoise().transform(torch.complex(x, x), params)
    torch.testing.assert_close(both.real.flatten(1).std(1), params[0], rtol=0.03, atol=0)
    torch.testing.assert_close(both.imag.flatten(1).std(1), params[0], rtol=0.03, atol=0)


def test_lines_turn_by_turns() -> None:
    y = torch.ones(1, 1, 4, 3, dtype=torch.complex128)
    found = RandomPhaseError().transform(y, torch.tensor([[0.5, -1.0]], dtype=torch.float64))
    angles = found.angle()[0, 0]
    torch.testing.assert_close(angles, torch.tensor([0.5, -1.0, 0.5, -1.0]).double()[:, None].expand(4, 3))
    across = RandomPhaseError(axis=-1).transform(y, torch.tensor([[0.5, -1.0]], dtype=torch.float64))
    torch.testing.assert_close(across.angle()[0, 0, 0], torch.tensor([0.5, -1.0, 0.5]).double())


def test_errors_are_uniform(rng: torch.Generator) -> None:
    drawn = RandomPhaseError().draw(2000, rng)
    assert float(drawn.std()) == pytest.approx(math.pi / math.sqrt(3), rel=0.03)
    assert float(RandomPhaseError(0.1).draw(100, rng).abs().max()) <= 0.1


def test_what_is_refused() -> None:
    for low, high in ((-0.1, 0.1), (0.2, 0.1)):
        with pytest.raises(ArgumentError):
            RandomNoise(low, high)
    with pytest.raises(ArgumentError, match="count from the last"):
        RandomPhaseError(axis=1)
    with pytest.raises(ShapeError, match="complex k-space"):
        RandomPhaseError()(torch.rand(1, 1, 2, 2))
