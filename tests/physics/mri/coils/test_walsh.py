import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import coils
from tests.physics.mri.coils.scan import angles, disk, seen


def test_the_true_maps_are_found() -> None:
    maps, images = seen(48)
    found = coils.walsh(images)
    assert angles(found[0], maps).max() < 3.5
    assert angles(found[0], maps).median() < 0.6
    torch.testing.assert_close(torch.linalg.vector_norm(found, dim=1), torch.ones(1, 48, 48))


def test_phases_are_smooth() -> None:
    _, images = seen(48)
    found, inside = coils.walsh(images)[0], disk(48) > 0
    steps = (found[:, :, 1:] * found[:, :, :-1].conj()).sum(0).angle()
    assert steps[inside[:, 1:] & inside[:, :-1]].abs().max() < 0.05


def test_samples_are_independent() -> None:
    images = torch.randn(2, 3, 7, 6, dtype=torch.complex128)
    torch.testing.assert_close(coils.walsh(images)[1:], coils.walsh(images[1:]))


def test_what_is_wrong_is_refused() -> None:
    with pytest.raises(ShapeError, match="`images` must be complex"):
        coils.walsh(torch.ones(1, 2, 4, 4))
    with pytest.raises(ArgumentError, match="`size` must be odd"):
        coils.walsh(torch.ones(1, 2, 4, 4, dtype=torch.complex64), size=4)
