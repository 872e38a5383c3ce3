import pytest
import torch

from preimage.physics.blur.window import Window, extend
from tests.example import random

WINDOWS = [Window(1, 2, 4, 3, 7, 8), Window(0, 0, 4, 5, 4, 5), Window(0, 3, 5, 4, 6, 7)]


@pytest.mark.parametrize("window", WINDOWS)
def test_inside_and_outside_are_adjoint_and_together_everything(window: Window) -> None:
    x = random(2, 3, window.full_height, window.full_width).double()
    inside, frame = window.of(x), window.frame(x)
    assert inside.numel() + frame.numel() == x.numel()
    torch.testing.assert_close(window.embed(inside) + window.of_frame(frame), x)
    y, edge = random(*inside.shape, seed=1).double(), random(*frame.shape, seed=2).double()
    torch.testing.assert_close((window.embed(y) * x).sum(), (y * inside).sum())
    torch.testing.assert_close((window.of_frame(edge) * x).sum(), (edge * frame).sum())


def test_the_inside_is_a_view() -> None:
    x = torch.zeros(1, 1, 7, 8)
    WINDOWS[0].of(x).fill_(1)
    assert int(x.sum()) == 12
    assert x[0, 0, 1:5, 2:5].min() == 1


def test_enlarged_pixels_have_the_same_place() -> None:
    x = random(1, 1, 7, 8)
    large = x.repeat_interleave(3, -1).repeat_interleave(3, -2)
    inside = WINDOWS[0].of(x).repeat_interleave(3, -1).repeat_interleave(3, -2)
    assert torch.equal(WINDOWS[0].times(3).of(large), inside)


@pytest.mark.parametrize("window", WINDOWS)
def test_a_picture_is_continued_without_a_jump(window: Window) -> None:
    """The part is the picture; a constant stays; opposite borders meet, and no value is beyond those of the picture."""
    y = random(2, 1, window.height, window.width).double()
    full = extend(y, window)
    assert torch.equal(window.of(full), y)
    torch.testing.assert_close(extend(torch.full_like(y, 0.3), window), torch.full_like(full, 0.3))
    assert float(full.max()) <= float(y.max())
    assert float(full.min()) >= float(y.min())


def test_the_seam_is_as_smooth_as_the_picture() -> None:
    window = Window(0, 8, 1, 32, 1, 64)
    ramp = torch.linspace(0, 1, 32).double().reshape(1, 1, 1, 32)
    row = extend(ramp, window).flatten()
    steps = (row - row.roll(1)).abs()
    assert float(steps.max()) < 4 / 31  # the mirrored ramps fade into each other over 32 pixels
