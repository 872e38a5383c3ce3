import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.physics import MultiCoilMRI, NonCartesianMRI, coils
from preimage.physics.coils import g_factor
from tests.example import random


def every(step: int, height: int, width: int) -> torch.Tensor:
    mask = torch.zeros(height, width)
    mask[::step] = 1
    return mask


MAPS = coils.birdcage((12, 10), 4).to(torch.complex128)
LIKE = torch.zeros(1, 1, 12, 10, dtype=torch.complex128)


@pytest.mark.parametrize("step", [2, 3])
def test_it_is_that_of_the_sense_systems(step: int) -> None:
    """Two pixels half a field of view apart are a 2 x 2 system: g^2 = 1 / (1 - |s_1 . s_2|^2 / (|s_1|^2 |s_2|^2))."""
    g = g_factor(MultiCoilMRI(every(step, 12, 10), MAPS), LIKE)
    if step == 2:
        first, second = MAPS[..., :6, :].reshape(-1, 60), MAPS[..., 6:, :].reshape(-1, 60)
        overlap = (first.conj() * second).sum(0).abs().square()
        expected = (1 - overlap / (first.abs().square().sum(0) * second.abs().square().sum(0))).rsqrt()
        torch.testing.assert_close(g[0, 0], torch.cat([expected, expected]).reshape(12, 10))
    assert (g >= 1 - 1e-12).all()


def test_replicas_agree_with_the_closed_form() -> None:
    physics, rng = MultiCoilMRI(every(2, 12, 10), MAPS), torch.Generator().manual_seed(0)
    exact, found = g_factor(physics, LIKE), g_factor(physics, LIKE, 800, rng)
    ratio = found / exact
    assert abs(float(ratio.mean()) - 1) < 0.01
    assert float(ratio.std()) < 1.5 * 0.7 / 800**0.5


def test_full_sampling_adds_nothing_and_no_coil_has_none() -> None:
    maps = MAPS.clone()
    maps[..., :3, :] = 0
    g = g_factor(MultiCoilMRI(torch.ones(12, 10), maps), LIKE)
    torch.testing.assert_close(g[..., 3:, :], torch.ones(1, 1, 9, 10).double())
    assert not g[..., :3, :].any()


def test_any_operator_by_replicas() -> None:
    trajectory = random(400, 2, low=-0.5, high=0.5)
    physics = NonCartesianMRI(trajectory, (6, 5), coils.birdcage((6, 5), 3))
    g = g_factor(physics, LIKE[..., :6, :5].to(torch.complex64), 60, torch.Generator().manual_seed(0))
    assert g.shape == (1, 1, 6, 5)
    assert (g > 0.75).all()
    with pytest.raises(CapabilityError, match="give `replicas`"):
        g_factor(physics, LIKE[..., :6, :5])
    with pytest.raises(CapabilityError, match="give `replicas`"):
        g_factor(MultiCoilMRI(random(12, 10) > 0.5, MAPS), LIKE)
    with pytest.raises(ArgumentError, match="`replicas`"):
        g_factor(physics, LIKE[..., :6, :5], 1)
