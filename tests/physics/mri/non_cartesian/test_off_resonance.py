import math

import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import NonCartesianMRI, OffResonance
from tests.contract import require_operator
from tests.example import random


def array(*shape: int, seed: int = 5) -> torch.Tensor:
    return torch.complex(random(*shape, seed=seed, low=-1), random(*shape, seed=seed + 1, low=-1)).to(torch.complex128)


FIELD = random(12, 10, seed=2, low=-80, high=120).double()
TIMES = torch.linspace(0.002, 0.022, 40).double()  # four turns across the map


def exact(x: torch.Tensor, trajectory: torch.Tensor, field: torch.Tensor, times: torch.Tensor) -> torch.Tensor:
    """``N^(-1/2) sum_n x(n) exp(-2 pi i (k_j . n + f(n) t_j))`` term by term, (samples,)."""
    row, column = (torch.arange(n, dtype=torch.float64) - n // 2 for n in x.shape[-2:])
    place = torch.stack(torch.meshgrid(row, column, indexing="ij"), -1)
    turns = torch.einsum("hwd,jd->jhw", place, trajectory) + field * times[:, None, None]
    return (x * torch.exp(-2j * math.pi * turns)).sum((-2, -1)) / x.numel() ** 0.5


def test_it_is_the_sum_the_closer_the_more_segments() -> None:
    x, trajectory = array(1, 1, 12, 10), random(40, 2, seed=3, low=-0.5, high=0.5).double()
    truth = exact(x[0, 0], trajectory, FIELD, TIMES)
    errors = []
    for segments in (4, 7, 10, 14):
        field = OffResonance(FIELD, TIMES, segments)
        y = NonCartesianMRI(trajectory, (12, 10), off_resonance=field).A(x)
        errors.append(float((y[0, 0] - truth).norm() / truth.norm()))
        assert errors[-1] < 2 * float(field.error())
    assert errors == sorted(errors, reverse=True)
    assert errors[1] < 0.02  # four turns and three segments more
    assert errors[-1] < 1e-5


def test_no_field_is_no_phase() -> None:
    x, trajectory = array(1, 1, 12, 10), random(40, 2, seed=3, low=-0.5, high=0.5).double()
    still = NonCartesianMRI(trajectory, (12, 10), off_resonance=OffResonance(torch.zeros(12, 10).double(), TIMES))
    torch.testing.assert_close(still.A(x), NonCartesianMRI(trajectory, (12, 10)).A(x), rtol=1e-6, atol=1e-7)


def test_a_constant_frequency_is_a_phase_of_each_sample() -> None:
    x, trajectory = array(1, 1, 12, 10), random(40, 2, seed=3, low=-0.5, high=0.5).double()
    one = OffResonance(torch.full((12, 10), 30.0).double(), TIMES, 3)
    y = NonCartesianMRI(trajectory, (12, 10), off_resonance=one).A(x)
    expected = NonCartesianMRI(trajectory, (12, 10)).A(x) * torch.exp(-2j * math.pi * 30 * TIMES)
    torch.testing.assert_close(y, expected, rtol=1e-6, atol=1e-7)


def physics(maps_per_image: bool, shots: int) -> NonCartesianMRI:
    trajectory = random(shots, 11, 2, seed=3, low=-0.5, high=0.5)
    field = random(2, 1, 5, 4, seed=2, low=-80, high=120) if maps_per_image else FIELD[:5, :4].float()
    times = torch.linspace(0, 0.01, 11)
    sensitivities = array(3, 5, 4).to(torch.complex64)
    return NonCartesianMRI(trajectory, (5, 4), sensitivities, off_resonance=OffResonance(field, times, 5))


@pytest.mark.parametrize("per_image", [True, False])
def test_contracts(per_image: bool) -> None:
    x = array(2, 1, 5, 4, seed=9).to(torch.complex64)
    require_operator(physics(per_image, 3), x, is_traced=True)


def test_films_with_a_map_for_each() -> None:
    trajectory, x = random(1, 3, 1, 11, 2, seed=3, low=-0.5, high=0.5).double(), array(2, 1, 3, 5, 4)
    fields = random(2, 1, 5, 4, seed=2, low=-80, high=120).double()
    times = torch.linspace(0, 0.01, 11).double()
    y = NonCartesianMRI(trajectory, (5, 4), off_resonance=OffResonance(fields, times)).A(x)
    for image in range(2):
        for frame in range(3):
            one = OffResonance(fields[image, 0], times)
            alone = NonCartesianMRI(trajectory[0, frame], (5, 4), off_resonance=one).A(x[image, :, frame][None])
            torch.testing.assert_close(y[image, :, frame][None], alone, rtol=1e-8, atol=1e-8)


def test_gradients_reach_the_map() -> None:
    trajectory, x = random(40, 2, seed=3, low=-0.5, high=0.5).double(), array(1, 1, 12, 10)
    found = []
    for segmented in (True, False):
        field = FIELD.clone().requires_grad_()
        off = OffResonance(field, TIMES, 16)
        y = NonCartesianMRI(trajectory, (12, 10), off_resonance=off).A(x)[0, 0] if segmented else None
        y = exact(x[0, 0], trajectory, field, TIMES) if y is None else y
        found += torch.autograd.grad((y - 0.3).abs().square().sum(), field)
    assert (found[0] - found[1]).norm() < 1e-5 * found[1].norm()


def test_what_is_wrong_is_refused() -> None:
    with pytest.raises(ShapeError, match="`field_map` must be real"):
        OffResonance(array(4, 4), TIMES)
    with pytest.raises(ShapeError, match="`times` must be real"):
        OffResonance(FIELD, torch.arange(4))
    with pytest.raises(ArgumentError, match="`segments`"):
        OffResonance(FIELD, TIMES, 0)
    path = random(3, 11, 2, low=-0.5, high=0.5).double()
    with pytest.raises(ShapeError, match=r"`times` must have shape \(3, 11\) .* or \(11,\), got \(40,\)"):
        NonCartesianMRI(path, (12, 10), off_resonance=OffResonance(FIELD, TIMES)).A(array(1, 1, 12, 10))
    with pytest.raises(ShapeError, match="`field_map` must fit images"):
        NonCartesianMRI(path, (12, 9), off_resonance=OffResonance(FIELD, TIMES[:11])).A(array(1, 1, 12, 9))
