import pytest
import torch

from preimage.physics import NonCartesianMRI, trajectories
from preimage.physics.mri.non_cartesian.toeplitz import convolve_coils, is_cheaper, point_spread_spectra
from preimage.transform import direct_fourier, direct_fourier_adjoint
from tests.example import random


def array(*shape: int, seed: int = 5) -> torch.Tensor:
    return torch.complex(random(*shape, seed=seed, low=-1), random(*shape, seed=seed + 1, low=-1)).to(torch.complex128)


@pytest.mark.parametrize("shape", [(8, 7), (5, 6), (4, 3, 5)])
@pytest.mark.parametrize("batch", [1, 2])
def test_it_is_there_and_back(shape: tuple[int, ...], batch: int) -> None:
    points = random(batch, 30, len(shape), seed=1, low=-0.5, high=0.5).double()
    x, maps = array(2, 1, *shape), array(batch, 3, *shape, seed=8)
    spectra = point_spread_spectra(points, shape, x, 0.0)
    back = direct_fourier_adjoint(direct_fourier(maps * x, points), points, shape)
    expected = (maps.conj() * back).sum(1, keepdim=True)

    def weigh(index: int, spectrum: torch.Tensor) -> torch.Tensor:
        return spectrum * spectra[:, index, None]

    torch.testing.assert_close(convolve_coils(x, weigh, maps, maps.conj()), expected, rtol=1e-12, atol=1e-12)
    alone = direct_fourier_adjoint(direct_fourier(x, points), points, shape)
    torch.testing.assert_close(convolve_coils(x, weigh, None, None), alone, rtol=1e-12, atol=1e-12)


def scan(dtype: torch.dtype, *lead: int) -> tuple[NonCartesianMRI, torch.Tensor]:
    """Enough samples that the convolution is cheaper, and images."""
    trajectory = trajectories.radial(64, 64).expand(*lead, -1, -1, -1) if lead else trajectories.radial(64, 64)
    physics = NonCartesianMRI(trajectory.clone(), (30, 33), array(3, 30, 33))
    return physics, array(2, 1, *lead[1:], 30, 33, seed=8).to(dtype)


@pytest.mark.parametrize(("dtype", "most"), [(torch.complex64, 5e-5), (torch.complex128, 1e-8)])
@pytest.mark.parametrize("lead", [(), (2,), (1, 3)])
def test_the_normal_map_of_the_operator(dtype: torch.dtype, most: float, lead: tuple[int, ...]) -> None:
    physics, x = scan(dtype, *lead)
    assert is_cheaper(64 * 64, (30, 33))
    expected = physics.A_adjoint(physics.A(x))
    found = physics.normal(x)
    assert found.shape == x.shape
    assert found.dtype == dtype
    assert not torch.equal(found, expected)  # another way
    assert (found - expected).norm() < most * expected.norm()


def test_solves_take_it() -> None:
    physics, x = scan(torch.complex128)
    rho = torch.tensor([0.1, 0.5]).double()
    solved = physics.solve_shifted(x, rho)
    back = physics.A_adjoint(physics.A(solved)) + rho[:, None, None, None] * solved
    assert (back - x).norm() < 1e-7 * x.norm()


def test_gradients_pass_through_it() -> None:
    found = []
    for tol in (1e-12, 0.0):  # the sum has no convolution
        physics, x = scan(torch.complex128)
        trajectory, maps = physics.trajectory.clone().requires_grad_(), physics.maps.clone().requires_grad_()
        physics = NonCartesianMRI(trajectory, (30, 33), maps, tol=tol)
        value = (physics.normal(x) * x.flip(-1)).abs().square().sum()
        found.append(torch.autograd.grad(value, (trajectory, maps)))
    for one, other in zip(*found, strict=True):
        assert (one - other).norm() < 1e-8 * other.norm()


def test_few_samples_are_transformed() -> None:
    assert not is_cheaper(100, (30, 33))
    assert not is_cheaper(1000, (1000, 1000))
