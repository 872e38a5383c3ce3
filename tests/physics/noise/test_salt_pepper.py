import pytest
import torch
from scipy import optimize

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import SaltPepperNoise
from tests.example import LEVELS, Example
from tests.physics.noise.densities import constant_image, density, require_moments

EXAMPLES = {
    SaltPepperNoise: [
        Example(SaltPepperNoise),
        Example(lambda: SaltPepperNoise(LEVELS, 0.5 * LEVELS)),
    ],
}


def test_probabilities_sum_to_one() -> None:
    noise = SaltPepperNoise(0.1, 0.3)
    assert density(noise, 0.4, torch.tensor([0.0, 1.0, 0.4, 0.5], dtype=torch.float64)).tolist() == pytest.approx(
        [0.1, 0.3, 0.6, 0.0]
    )
    assert density(noise, 0.0, torch.tensor([0.0, 1.0])).tolist() == pytest.approx([0.7, 0.3])
    assert density(noise, 1.0, torch.tensor([0.0, 1.0])).tolist() == pytest.approx([0.1, 0.9])


def test_moments(rng: torch.Generator) -> None:
    draws = SaltPepperNoise(0.1, 0.3).sample(constant_image(0.4), rng)
    require_moments(draws, 0.6 * 0.4 + 0.3, 0.6 * 0.4**2 + 0.3 - (0.6 * 0.4 + 0.3) ** 2)
    require_moments((draws == 0).double(), 0.1)
    other = SaltPepperNoise(0.5, 0.0, low=-1.0, high=3.0).sample(constant_image(0.4), rng)
    assert set(other.flatten().tolist()) == {-1.0, 0.4}


def test_prox_fills_nothing_in() -> None:
    """What was kept is taken over, what is stuck stays, unless it is likelier that it was black."""
    noise = SaltPepperNoise(0.1, 0.2)
    z = torch.tensor([[[[0.3, 0.3, 0.3, 0.01]]]], dtype=torch.float64)
    y = torch.tensor([[[[0.5, 0.0, 1.0, 0.0]]]], dtype=torch.float64)
    assert noise.prox(z, y, 0.001).flatten().tolist() == [0.5, 0.3, 0.3, 0.0]
    for step in (1e-3, 0.1, 1.0):  # the objective has two candidates for a stuck pixel
        best = optimize.brute(
            lambda u, s=step: (
                s * float(noise.nll(torch.as_tensor(u).reshape(1, 1, 1, 1), y[..., 1:2])) + (u - 0.3) ** 2 / 2
            ),
            [slice(0.0, 1.01, 0.01)],
            finish=None,
        )
        assert noise.prox(z, y, step)[..., 1].item() == pytest.approx(best, abs=1e-9)


def test_ranges() -> None:
    with pytest.raises(ArgumentError, match=r"`pepper` \+ `salt` must be below 1"):
        SaltPepperNoise(0.5, torch.tensor([0.1, 0.5]))
    with pytest.raises(ShapeError, match="black and white need a real measurement"):
        SaltPepperNoise().sample(torch.ones(1, 1, 1, 1) * 1j)
    with pytest.raises(ShapeError, match="`y` must hold pixels"):
        SaltPepperNoise().check_measurement(torch.ones(1, 1, 1, 1) * 1j, None)
