import pytest
import torch

from preimage.physics.generators import EquispacedMaskGenerator
from tests.example import Example

EXAMPLES = {EquispacedMaskGenerator: [Example(lambda: EquispacedMaskGenerator((4, 24)))]}


def test_distances_without_a_middle() -> None:
    mask = EquispacedMaskGenerator((1, 32), 4, 0.0)(20, torch.Generator().manual_seed(0))["mask"][:, 0, 0]
    places = [row.nonzero().flatten() for row in mask]
    assert all(bool((place.diff() == 4).all()) for place in places)
    assert {int(place[0]) for place in places} == {0, 1, 2, 3}


@pytest.mark.parametrize("acceleration", [4, 8])
def test_the_acceleration_is_that_of_all_columns(acceleration: int) -> None:
    mask = EquispacedMaskGenerator((1, 368), acceleration)(50, torch.Generator().manual_seed(0))["mask"]
    assert 368 / mask.sum(-1).mean().item() == pytest.approx(acceleration, rel=0.05)


def test_a_middle_that_is_all_there_is() -> None:
    mask = EquispacedMaskGenerator((1, 32), 4, 0.25)(1)["mask"]
    assert mask.sum() == 8
    assert bool(mask[0, 0, 0, 12:20].all())
