import math

import pytest
import torch

from preimage.kernels.rays.line_sums import sum_lines
from preimage.kernels.rays.lines import lines_of


def integral(x, start, end, sizes):
    start, end = (torch.tensor([p], dtype=torch.float64) for p in (start, end))
    return sum_lines(x[None], lines_of(start, end, tuple(x.shape), sizes)).item()


def test_lines_along_the_axes_are_sums_of_rows_and_columns(rng) -> None:
    x = torch.rand(5, 6, generator=rng, dtype=torch.float64)
    assert integral(x, (-9, 1.5), (9, 1.5), (2.0, 3.0)) == pytest.approx(2.0 * x[:, 3].sum().item())
    assert integral(x, (2.0, 20), (2.0, -20), (2.0, 3.0)) == pytest.approx(3.0 * x[3].sum().item())
    between = (x[:, 2] + x[:, 3]).sum().item() / 2  # half way between two columns
    assert integral(x, (-9, 0.0), (9, 0.0), (2.0, 3.0)) == pytest.approx(2.0 * between)


def test_a_line_counts_between_its_ends(rng) -> None:
    x = torch.rand(5, 6, generator=rng, dtype=torch.float64)
    assert integral(x, (0.1, 0.5), (9, 0.5), (1.0, 1.0)) == pytest.approx(x[3:, 3].sum().item())


def test_an_oblique_line_through_a_box_is_as_long_as_it_is() -> None:
    x = torch.ones(41, 41, 41, dtype=torch.float64)
    direction = torch.tensor([1.0, 0.6, -0.3], dtype=torch.float64)
    found = integral(x, (-100 * direction).tolist(), (100 * direction).tolist(), (0.5, 0.5, 0.5))
    assert found == pytest.approx(20.5 * direction.norm().item(), rel=1e-12)


def test_the_integral_of_a_linear_image_is_exact() -> None:
    rows, columns = torch.meshgrid(*(torch.arange(60).double(),) * 2, indexing="ij")
    inside = ((rows - 30).abs() < 15) & ((columns - 30).abs() < 15)
    x = torch.where(inside, 1 + 0.3 * rows - 0.2 * columns, 0.0)
    angle = math.radians(20)
    along = integral(x[16:45, 16:45], (0.0, -3.0), (9 * math.sin(angle), 9 * math.cos(angle) - 3), (1.0, 1.0))
    # Nine columns' worth of samples, 1 / cos(20 degrees) apart.
    ticks = torch.arange(-3, 6).double()
    values = 1 + 0.3 * (30 + (ticks + 3) * math.tan(angle)) - 0.2 * (30 + ticks)
    assert along == pytest.approx(values.sum().item() / math.cos(angle), rel=1e-12)
