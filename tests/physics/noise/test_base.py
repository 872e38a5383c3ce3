import pytest
import torch
from torch import Tensor

from preimage.errors import CapabilityError, ShapeError
from preimage.physics import GammaNoise, GaussianNoise, LaplaceNoise, PoissonGaussianNoise, PoissonNoise
from preimage.physics.noise import Noise
from preimage.physics.noise.base import CountLaw, SensorLaw, draw_normal, draw_poisson, draw_uniform


class Quartic(Noise):
    """``nll = sum (z - y)^4``, and nothing else."""

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        return z + draw_normal(z, rng)

    def nll(self, z: Tensor, y: Tensor) -> Tensor:  # pyright: ignore
        return (z - y).pow(4).flatten(1).sum(1)


def seeded() -> torch.Generator:
    return torch.Generator().manual_seed(0)


Z, Y = torch.rand(2, 1, 3, 4, generator=seeded()), torch.zeros(2, 1, 3, 4)


def test_the_gradient_follows_from_the_likelihood() -> None:
    torch.testing.assert_close(Quartic().grad(Z, Y), 4 * (Z - Y) ** 3)


def test_each_part_of_a_measurement_gets_noise_of_its_own() -> None:
    first, second = Quartic().sample((Z, Z), seeded())
    assert not torch.equal(first, second)
    again, _ = Quartic().sample((Z, Z), seeded())
    assert torch.equal(first, again)


def test_nothing_is_said_of_a_law_that_is_not_known() -> None:
    noise = Quartic()
    assert (noise.gaussian_sigma, noise.least_squares, noise.counts, noise.parts) == (None, None, None, (noise,))
    assert (noise.curvature(Y), noise.information(Y, None)) == (None, None)
    with pytest.raises(CapabilityError, match="must be Gaussian or Poisson for a discrepancy, got Quartic"):
        noise.deviance(Z, Y)
    assert CountLaw(0.1, 0.0).gain == 0.1
    assert GaussianNoise(0.1).gaussian_sigma == 0.1


def test_complex_numbers_have_variance_one_in_each_part() -> None:
    drawn = draw_normal(torch.zeros(20000, dtype=torch.complex128), seeded())
    for part in (drawn.real, drawn.imag):
        assert float(part.mean()) == pytest.approx(0, abs=0.03)
        assert float(part.var()) == pytest.approx(1, abs=0.05)
    assert float((drawn.real * drawn.imag).mean()) == pytest.approx(0, abs=0.03)


def test_uniform_numbers_and_counts() -> None:
    uniform = draw_uniform(torch.zeros(20000), seeded())
    assert 0 <= float(uniform.min()) < 0.001
    assert 0.999 < float(uniform.max()) < 1
    counts = draw_poisson(torch.full((20000,), 3.0), seeded())
    assert float(counts.mean()) == pytest.approx(3, abs=0.06)
    assert float(counts.var()) == pytest.approx(3, abs=0.15)
    assert draw_poisson(torch.tensor([-1.0, 0.0]), seeded()).tolist() == [0, 0]
    with pytest.raises(ShapeError, match=r"counts need a real measurement, got torch\.complex64"):
        draw_poisson(1j * torch.ones(2), None)


def test_laws_of_photons_and_read_out_tell_their_parts() -> None:
    assert GaussianNoise(0.2).sensor == SensorLaw(0.0, 0.2)
    assert PoissonNoise(0.1, background=0.3).sensor == SensorLaw(0.1, 0.0, 0.3)
    assert PoissonGaussianNoise(0.1, 0.2).sensor == SensorLaw(0.1, 0.2)
    assert (LaplaceNoise(0.1).sensor, LaplaceNoise(0.1).speckle_looks) == (None, None)
    assert GammaNoise(4.0).speckle_looks == 4.0
