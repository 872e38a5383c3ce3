import torch

from preimage.physics import coils
from tests.physics.mri.coils.scan import angles, disk, seen


def test_the_true_maps_are_found() -> None:
    maps, images = seen(48)
    found = coils.inati(images)
    assert angles(found[0], maps).max() < 3.5
    assert angles(found[0], maps).median() < 0.6


def test_the_combined_image_has_no_jumps_of_phase() -> None:
    _, images = seen(48)
    combined, inside = (coils.inati(images).conj() * images).sum(1)[0], disk(48) > 0
    steps = (combined[:, 1:] * combined[:, :-1].conj()).angle()
    assert steps[inside[:, 1:] & inside[:, :-1]].abs().max() < 0.05


def test_pixels_without_signal_are_zero() -> None:
    images = torch.zeros(1, 2, 6, 5, dtype=torch.complex64)
    assert not coils.inati(images).any()
