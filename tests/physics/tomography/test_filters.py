import math

import pytest
import torch

from preimage.physics.tomography.filters import Window, check_window, filter_views, ramp


def test_the_ramp_is_that_of_its_sum_in_closed_form() -> None:
    f = torch.linspace(0, 0.5, 50, dtype=torch.float64)
    response = ramp(4001, 1.0)
    n = torch.arange(1, 4001, dtype=torch.float64)
    spectrum = response[0] + 2 * (response[1:] * torch.cos(2 * math.pi * f[:, None] * n)).sum(1)
    torch.testing.assert_close(spectrum, f, rtol=0, atol=1e-4)


@pytest.mark.parametrize("step", [1.0, 0.3])
def test_a_smooth_view_is_filtered_as_in_closed_form(step) -> None:
    # The view of 1 - r^2 is 4/3 (1 - s^2)^(3/2). That of the filtered view whose sum over directions it is, is even and
    # quadratic inside: a - b s^2 sums to pi (a - b r^2 / 2).
    s = (torch.arange(401, dtype=torch.float64) - 200) / 150
    view = 4 / 3 * (1 - s**2).clamp_min(0) ** 1.5 * step * 150  # on a disk of 150 bins
    found = filter_views(view, ramp(401, step), step, "ramp", 0, 2)[::2]
    inside = s.abs() < 0.9
    torch.testing.assert_close(found[inside] * math.pi, (1 - 2 * s**2)[inside], rtol=0, atol=5e-3)


@pytest.mark.parametrize("window", ["ramp", "shepp-logan", "cosine", "hamming", "hann"])
def test_windows_leave_low_frequencies_alone(window: Window) -> None:
    check_window(window)
    slow = torch.exp(-(((torch.arange(512, dtype=torch.float64) - 256) / 80) ** 2))
    response = ramp(512, 1.0)
    one, other = (filter_views(slow, response, 1.0, w, 0, 2) for w in ("ramp", window))
    torch.testing.assert_close(one, other, rtol=0, atol=2e-5)
