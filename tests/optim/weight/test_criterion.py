import math

import torch

from preimage.optim.weight.criterion import Criterion, has_level
from preimage.physics import GaussianNoise, LaplaceNoise, NoNoise
from preimage.physics.noise import StackedNoise

T = torch.tensor([0.0, 1.0, 2.0, 3.0], dtype=torch.float64)


def test_golden_section_closes_in_on_the_minimum() -> None:
    def curve(t: torch.Tensor) -> torch.Tensor:
        return (t - 1.3) ** 2

    t, criterion = T.clone(), Criterion()
    while (place := criterion.propose(t, curve(t), 1e-3)) is not None:
        t = torch.cat([t, torch.tensor([place], dtype=t.dtype)]).sort().values
        assert len(t) < 40
    best, why = criterion.best(t, curve(t), {})
    assert math.isclose(best, 1.3, abs_tol=1e-3)
    assert why == "minimum"


def test_a_minimum_at_the_end_of_the_range_is_said() -> None:
    assert Criterion().propose(T, T, 0.1) is None
    assert Criterion().best(T, T, {}) == (0.0, "minimum at the lower end of the range")
    assert Criterion().best(T, -T, {}) == (3.0, "minimum at the upper end of the range")


def test_a_scan_is_settled_after_three_values_that_rose() -> None:
    assert Criterion().settled(torch.tensor([5.0, 4.0, 3.0, 1.0, 2.0]))
    assert not Criterion().settled(torch.tensor([5.0, 1.0, 3.0, 4.0, 2.0]))
    assert not Criterion().settled(torch.tensor([5.0, 4.0, 1.0]))


def test_the_noises_of_sensors_in_stacks() -> None:
    a, b, c = GaussianNoise(0.1), LaplaceNoise(0.1), GaussianNoise(0.2)
    assert a.parts == (a,)
    assert StackedNoise([a, StackedNoise([b, c])]).parts == (a, b, c)


def test_only_gaussian_noise_has_a_level() -> None:
    levels = torch.tensor([0.1, 0.2])
    assert has_level(GaussianNoise(0.1))
    assert has_level(GaussianNoise(levels))
    assert not any(has_level(noise) for noise in (GaussianNoise(0.0), NoNoise(), LaplaceNoise(0.1)))
