import math

import numpy as np
import pytest
import torch
from scipy import special

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import BornScattering, GaussianNoise, Scattering
from preimage.physics.phase import scattering
from tests.example import Example, complex_example


def ring(number: int, radius: float, start: float = 0.0) -> torch.Tensor:
    angles = start + 2 * math.pi * torch.arange(number) / number
    return radius * torch.stack([angles.sin(), angles.cos()], 1)


def small(wavenumber: float | torch.Tensor = 0.6) -> Scattering:
    return Scattering(ring(4, 9.0), ring(5, 11.0, 0.2), wavenumber, noise=GaussianNoise(0.1))


EXAMPLES = {
    Scattering: [
        Example(small, (2, 1, 5, 4), complex=True),
        Example(lambda: small(torch.tensor([0.4, 0.7])), (2, 1, 3, 4)),
    ],
    BornScattering: [
        complex_example(lambda: BornScattering(ring(4, 9.0), ring(5, 11.0), 0.6, (4, 3)), (2, 1, 4, 3)),
        # Bessel functions are good to 1e-6, which hides smaller changes of the wavenumber.
        Example(
            lambda: BornScattering(ring(4, 9.0), ring(6, 11.0), torch.tensor([0.4, 0.7]), (3, 4)),
            (2, 1, 3, 4),
            complex=True,
            real=False,
            change=1e-3,
        ),
    ],
}


def disk(size: int, pixel: float, radius: float) -> torch.Tensor:
    """The part of each pixel that lies in a disk, by 8 x 8 points."""
    fine = (torch.arange(8 * size, dtype=torch.float64) - (8 * size - 1) / 2) * pixel / 8
    inside = (fine[:, None] ** 2 + fine**2 <= radius**2).double()
    return inside.reshape(size, 8, size, 8).mean((1, 3))[None, None]


def mie(sent: torch.Tensor, caught: torch.Tensor, k: float, radius: float, contrast: float) -> np.ndarray:
    """Waves of line sources scattered by a disk: the series of a dielectric cylinder, polarised along its axis."""
    inner, orders = k * math.sqrt(1 + contrast), np.arange(-40, 41)[:, None, None]
    jn, djn = special.jv(orders, k * radius), special.jvp(orders, k * radius)
    hn, dhn = special.hankel1(orders, k * radius), special.h1vp(orders, k * radius)
    ji, dji = special.jv(orders, inner * radius), special.jvp(orders, inner * radius)
    amplitude = (inner * dji * jn - k * ji * djn) / (k * ji * dhn - inner * dji * hn)
    distance = [np.hypot(*points.numpy().T) for points in (sent, caught)]
    angle = [np.arctan2(*points.numpy().T) for points in (sent, caught)]
    turns = np.exp(1j * orders * (angle[1][None, None] - angle[0][None, :, None]))
    out = special.hankel1(orders, k * distance[1][None, None]) * special.hankel1(orders, k * distance[0][None, :, None])
    return 0.25j * (amplitude * out * turns).sum(0)


@pytest.mark.parametrize("contrast", [0.5, 1.5])
def test_a_disk_scatters_by_mies_series(contrast: float) -> None:
    wavelength, size = 1.0, 60
    pixel = 1.2 / size
    sent, caught = ring(3, 2.0).double(), ring(7, 1.5, 0.3).double()
    k, radius = 2 * math.pi / wavelength, 0.5
    wanted = mie(sent, caught, k, radius, contrast)
    found = Scattering(sent, caught, k, pixel).A(contrast * disk(size, pixel, radius))[0].numpy()
    assert np.linalg.norm(found - wanted) / np.linalg.norm(wanted) < 0.01


def test_the_error_falls_with_the_square_of_the_pixel() -> None:
    sent, caught = ring(3, 2.0).double(), ring(7, 1.5, 0.3).double()
    wanted = mie(sent, caught, 2 * math.pi, 0.5, 0.5)
    errors = []
    for size in (19, 38):
        found = Scattering(sent, caught, 2 * math.pi, 1.2 / size).A(0.5 * disk(size, 1.2 / size, 0.5))[0].numpy()
        errors.append(np.linalg.norm(found - wanted) / np.linalg.norm(wanted))
    assert errors[1] < errors[0] / 2.5


def test_iterations_and_direct_solves_agree(monkeypatch: pytest.MonkeyPatch, rng: torch.Generator) -> None:
    physics = small().to(torch.float64)
    x = torch.rand(2, 1, 6, 7, generator=rng, dtype=torch.float64)
    y, pull = physics.pullback(x)
    v = torch.randn(y.shape, generator=rng, dtype=torch.complex128)
    monkeypatch.setattr(scattering, "_DIRECT_PIXELS", 0)
    found, pull_by_steps = physics.pullback(x)
    torch.testing.assert_close(found, y, rtol=1e-8, atol=1e-10)
    torch.testing.assert_close(pull_by_steps(v), pull(v), rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("direct", [0, 400])
def test_gradients_reach_the_image_the_places_and_the_wave_number(
    direct: int, monkeypatch: pytest.MonkeyPatch, rng: torch.Generator
) -> None:
    monkeypatch.setattr(scattering, "_DIRECT_PIXELS", direct)
    x = torch.rand(2, 1, 3, 4, generator=rng, dtype=torch.float64, requires_grad=True)
    sent, caught = ring(2, 4.0).double().requires_grad_(), ring(3, 4.5).double().requires_grad_()
    k = torch.tensor([0.2, 0.3], dtype=torch.float64, requires_grad=True)  # Bessel functions are exact below 3
    assert torch.autograd.gradcheck(
        lambda *fields: torch.view_as_real(Scattering(*fields[1:]).A(fields[0])), (x, sent, caught, k)
    )


def test_weak_objects_scatter_once(rng: torch.Generator) -> None:
    full = small().to(torch.float64)
    born = BornScattering(full.transmitters, full.receivers, 0.6, (5, 4))
    x = torch.rand(2, 1, 5, 4, generator=rng, dtype=torch.float64)
    errors = [float((full.A(weak * x) - born.A(weak * x)).norm() / born.A(weak * x).norm()) for weak in (1e-2, 1e-3)]
    assert errors[0] < 0.05
    assert errors[1] == pytest.approx(errors[0] / 10, rel=0.05)


def test_a_sender_and_a_receiver_may_change_places(rng: torch.Generator) -> None:
    first, second = ring(3, 9.0).double(), ring(4, 11.0).double()
    x = torch.rand(1, 1, 5, 4, generator=rng, dtype=torch.float64)
    there, back = Scattering(first, second, 0.6).A(x), Scattering(second, first, 0.6).A(x)
    torch.testing.assert_close(there, back.mT)


def test_an_object_without_loss_keeps_the_energy(rng: torch.Generator) -> None:
    """The optical theorem on the picture: what is scattered is what the incident wave loses."""
    physics = small().to(torch.float64)
    x = torch.rand(1, 1, 5, 4, generator=rng, dtype=torch.float64)
    field = physics.total_field(x)
    assert field.shape == (1, 4, 5, 4)
    sources = x * field
    setup = physics._setup(x.to(torch.complex128))
    lost = (setup.incident.conj() * sources).imag.sum((2, 3))
    between = scattering._between_pixels(setup.kernel, 5, 4)
    flat = sources.flatten(2)
    radiated = (flat.conj() * (flat @ between.mT)).imag.sum(2)
    torch.testing.assert_close(lost, radiated)


def test_arguments_are_checked() -> None:
    with pytest.raises(ShapeError, match="`receivers` must be"):
        Scattering(ring(3, 9.0), torch.zeros(3), 0.6)
    with pytest.raises(ArgumentError, match="`wavenumber` must be positive"):
        Scattering(ring(3, 9.0), ring(3, 9.0), 0.0)
    with pytest.raises(ShapeError, match="`x` must have shape"):
        small().A(torch.ones(1, 2, 4, 4))
    with pytest.raises(ShapeError, match="`x` must have shape"):
        BornScattering(ring(3, 9.0), ring(3, 9.0), 0.6, (4, 4)).A(torch.ones(1, 1, 4, 5))
