import pytest
import torch

from preimage.blind.kernel.shape import agreement, centred, cropped, delta, enlarged, labels, moved, tidied
from preimage.physics.kernels import gaussian_blur


def test_parts_hold_together_by_sides_and_corners() -> None:
    on = torch.tensor([[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 0, 0], [1, 1, 0, 0]], dtype=torch.bool)
    found = labels(on)
    assert len(found.unique()) == 4  # three, and none
    assert found[0, 0] == found[1, 1]
    assert found[3, 0] == found[3, 1] != found[0, 3] == found[1, 3]


def test_faint_entries_and_small_parts_go() -> None:
    kernel = torch.zeros(7, 7)
    kernel[3, 2:5], kernel[0, 0], kernel[3, 5] = 0.3, 0.05, 0.001
    tidy = tidied(kernel)
    assert int((tidy > 0).sum()) == 3
    assert float(tidy.sum()) == pytest.approx(1)
    assert torch.equal(tidied(torch.zeros(5, 5)), delta(5, kernel))


def test_what_is_moved_out_is_lost_and_the_middle_is_found() -> None:
    kernel = torch.zeros(5, 5)
    kernel[0, 3] = 1
    assert float(moved(kernel, -1, 0).sum()) == 0
    assert torch.equal(centred(kernel), delta(5, kernel))
    assert cropped(delta(5, kernel)).shape == (1, 1)
    assert cropped(kernel).shape == (5, 5)


def test_an_enlarged_gaussian_is_wider_by_the_factor() -> None:
    wide = enlarged(gaussian_blur(1.5, size=11)[0, 0], 21, 2.0)
    place = torch.arange(21.0) - 10
    assert float((wide.sum(0) * place.square()).sum()) == pytest.approx(9, rel=0.1)
    assert float(wide.sum()) == pytest.approx(1)


def test_agreement_is_one_but_for_a_shift() -> None:
    first = gaussian_blur((1.0, 2.0), 30, size=9)[0, 0]
    assert agreement(first, moved(enlarged(first, 15, 1.0), 2, -1)) == pytest.approx(1, abs=1e-4)
    assert agreement(first, first.flip(0)) < 0.95


def test_agreement_does_not_mind_half_a_pixel() -> None:
    place = torch.arange(15.0) - 7
    lines = [torch.exp(-((place - shift).square()[:, None]) - place.square() / 20) for shift in (0.0, 0.5)]
    whole = max(float((lines[0] * lines[1].roll(step, 0)).sum()) for step in (0, -1)) / float(
        lines[0].norm() * lines[1].norm()
    )
    assert whole < 0.9
    assert agreement(*lines) == pytest.approx(1, abs=0.01)
