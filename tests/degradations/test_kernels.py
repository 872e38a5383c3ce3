import math

import pytest
import torch
from torch import Tensor

from preimage.degradations.kernels import (
    decimation_kernel,
    gaussian_kernel,
    generalised_kernel,
    plateau_kernel,
    sinc_kernel,
)


def covariance(kernel: Tensor) -> Tensor:
    """Of right and up, after the mean (down, right)."""
    axis = torch.arange(kernel.shape[-1], dtype=torch.float64) - kernel.shape[-1] // 2
    points = torch.stack(torch.meshgrid(axis, -axis, indexing="xy")).flatten(1)
    weight = kernel.flatten()
    centred = points - (points * weight).sum(1, keepdim=True)
    return (centred * weight) @ centred.T


def test_a_gaussian_has_its_covariance() -> None:
    along, across, angle = 2.5, 1.2, 0.4
    turn = torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]], dtype=torch.float64)
    wanted = turn @ torch.diag(torch.tensor([along**2, across**2], dtype=torch.float64)) @ turn.T
    torch.testing.assert_close(covariance(gaussian_kernel(41, along, across, angle)), wanted, rtol=1e-4, atol=1e-4)
    for made in (generalised_kernel, plateau_kernel):
        assert covariance(made(41, along, across, angle, 2.0))[0, 1] > 0.1  # uphill to the right, too


def test_profiles_are_their_formulas() -> None:
    torch.testing.assert_close(generalised_kernel(9, 2.0, 1.0, 0.3, 1.0), gaussian_kernel(9, 2.0, 1.0, 0.3))
    general, plateau = (made(9, 2.0, 2.0, 0.0, 1.5)[0, 0] for made in (generalised_kernel, plateau_kernel))
    q = (3**2 + 1**2) / 4
    assert float(general[4 - 1, 4 + 3] / general[4, 4]) == pytest.approx(math.exp(-(q**1.5) / 2))
    assert float(plateau[4 - 1, 4 + 3] / plateau[4, 4]) == pytest.approx(1 / (1 + q**1.5))


def test_the_published_values_of_a_gaussian() -> None:
    row = gaussian_kernel(5, 1.2, 1.2, 0.0)[0, 0, 2, :3].tolist()
    assert row == pytest.approx([0.029406, 0.083334, 0.117928], abs=1e-6)


def test_a_sinc_passes_what_is_below_its_cutoff_only() -> None:
    spectrum = torch.fft.rfft2(sinc_kernel(101, 1.5)[0, 0]).abs()
    frequency = 2 * math.pi * torch.fft.rfftfreq(101, dtype=torch.float64)
    assert float((spectrum[0][frequency < 1.2] - 1).abs().max()) < 0.06
    assert float(spectrum[0][frequency > 1.8].max()) < 0.06


def test_a_decimation_takes_the_middle_of_the_block() -> None:
    """Published: a kernel of 25 taps for a factor of 2 has its centre at 11.5."""
    kernel = decimation_kernel(25, 1.6, 2)[0, 0]
    axis = torch.arange(25, dtype=torch.float64)
    assert float((kernel.sum(0) * axis).sum()) == pytest.approx(11.5, abs=1e-6)
    assert float((kernel.sum(1) * axis).sum()) == pytest.approx(11.5, abs=1e-6)


@pytest.mark.parametrize(
    "kernel",
    [
        gaussian_kernel(7, 0.0, 0.0, 0.0),
        gaussian_kernel(7, 0.0, 2.0, 1.0),
        sinc_kernel(7, 3.1),
        decimation_kernel(25, 0.0, 4),
    ],
)
def test_kernels_sum_to_one_even_of_no_width(kernel: Tensor) -> None:
    assert float(kernel.sum()) == pytest.approx(1)
    assert bool(kernel.isfinite().all())
