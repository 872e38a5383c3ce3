import math

import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import FarField, FresnelPropagation, build_probe
from tests.example import complex_example

EXAMPLES = {
    FarField: [complex_example(FarField, (2, 1, 4, 5))],
    FresnelPropagation: [
        complex_example(lambda: FresnelPropagation(3.0, 0.5, 1.0), (2, 2, 4, 5)),
        complex_example(
            lambda: FresnelPropagation(torch.tensor([2.0, -1.0]), 0.5, torch.tensor([1.0, 1.5])), (2, 1, 5, 4)
        ),
    ],
}


@pytest.mark.parametrize("shape", [(4, 6), (5, 7), (6, 5)])
def test_the_far_field_is_the_centred_transform(shape: tuple[int, int], rng: torch.Generator) -> None:
    x = torch.randn(2, 1, *shape, generator=rng, dtype=torch.complex128)
    wanted = np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(x.numpy(), (2, 3)), norm="ortho"), (2, 3))
    np.testing.assert_allclose(FarField().A(x).numpy(), wanted, atol=1e-12)


def test_a_circular_probe_makes_airys_pattern() -> None:
    """The first dark ring of a disk of radius ``a`` on ``N`` samples is ``0.6098 N / a`` samples from the middle."""
    size, radius = 512, 24.0
    probe = build_probe(size, radius, dtype=torch.complex128)
    row = FarField().A(probe[None, None]).abs().square()[0, 0, size // 2, size // 2 :]
    inside = int((row[1:] > row[:-1]).nonzero()[0])  # the first sample from which it rises
    assert inside == pytest.approx(3.8317 / (2 * math.pi) * size / radius, abs=0.6)
    # Between samples, by a parabola through the amplitudes around the change of sign.
    amplitude = FarField().A(probe[None, None]).real[0, 0, size // 2, size // 2 :]
    first = int((amplitude < 0).nonzero()[0])
    zero = first - 1 + float(amplitude[first - 1] / (amplitude[first - 1] - amplitude[first]))
    assert zero == pytest.approx(3.8317 / (2 * math.pi) * size / radius, rel=0.005)


def test_a_gaussian_beam_spreads_as_it_should() -> None:
    """``w(z) = w0 sqrt(1 + (z / zR)^2)``, ``zR = pi w0^2 / wavelength``, and its field to the last digit."""
    size, waist, wavelength, distance, pixel = 128, 40e-6, 633e-9, 8e-3, 5e-6
    rayleigh = math.pi * waist**2 / wavelength
    place = (torch.arange(size, dtype=torch.float64) - size // 2) * pixel
    square = place[:, None] ** 2 + place**2
    beam = torch.exp(-square / waist**2).to(torch.complex128)[None, None]
    found = FresnelPropagation(distance, wavelength, pixel).A(beam)[0, 0]
    complex_waist = waist**2 * (1 + 1j * distance / rayleigh)
    wanted = waist**2 / complex_waist * torch.exp(-square / complex_waist)
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-6)
    power = found.abs().square()
    width = 2 * (power * place**2).sum().div(power.sum()).sqrt()
    assert float(width) == pytest.approx(waist * math.sqrt(1 + (distance / rayleigh) ** 2), rel=1e-4)


def test_energy_is_kept_and_the_way_back_is_the_inverse(rng: torch.Generator) -> None:
    x = torch.randn(2, 1, 7, 8, generator=rng, dtype=torch.complex128)
    for physics in (FarField(), FresnelPropagation(3.0, 0.5, 1.0)):
        y = physics.A(x)
        torch.testing.assert_close(y.abs().square().sum(), x.abs().square().sum())
        torch.testing.assert_close(physics.A_adjoint(y), x)
    there, back = FresnelPropagation(3.0, 0.5, 1.0), FresnelPropagation(-3.0, 0.5, 1.0)
    torch.testing.assert_close(back.A(there.A(x)), x)


def test_gradients_reach_every_length(rng: torch.Generator) -> None:
    x = torch.randn(2, 1, 3, 4, generator=rng, dtype=torch.complex128)
    lengths = [torch.tensor([v, 1.3 * v], dtype=torch.float64, requires_grad=True) for v in (1.0, 0.5, 1.1)]
    assert torch.autograd.gradcheck(lambda *three: torch.view_as_real(FresnelPropagation(*three).A(x)), lengths)


def test_real_waves_are_taken_for_complex_ones() -> None:
    x = torch.ones(1, 1, 3, 3)
    assert FarField().A(x).dtype == torch.complex64
    assert FresnelPropagation(1.0, 0.5, 1.0).A(x).dtype == torch.complex64


def test_arguments_are_checked() -> None:
    with pytest.raises(ArgumentError, match="`wavelength` must be positive"):
        FresnelPropagation(1.0, 0.0, 1.0)
    with pytest.raises(ShapeError, match="`distance` must be a number or"):
        FresnelPropagation(torch.ones(2, 2), 1.0, 1.0)
    with pytest.raises(ShapeError, match="`x` must have shape"):
        FarField().A(torch.ones(3, 3))
