import pytest
import torch

from preimage.errors import CapabilityError
from preimage.optim import GD, AmplitudeLoss, SpectralInit, Variational
from preimage.physics import CompressedSensing, Denoising, IntensityPhysics, LinearPhysics, PhaseRetrieval, stack
from preimage.physics.noise import Noise


def problem(dtype: torch.dtype, side: int = 6) -> tuple[torch.Tensor, PhaseRetrieval]:
    """Six complex measurements a pixel."""
    rng = torch.Generator().manual_seed(0)
    operator = CompressedSensing.random(6 * side**2, (1, side, side), rng, is_complex=True).to(torch.float64)
    return torch.randn(3, 1, side, side, generator=rng, dtype=dtype), PhaseRetrieval(operator)


def correlation(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    a, b = a.flatten(1), b.flatten(1)
    return (a.conj() * b).sum(1).abs() / (a.norm(dim=1) * b.norm(dim=1))


@pytest.mark.parametrize("is_real", [False, True])
def test_it_is_the_leading_eigenvector(is_real: bool) -> None:
    x, physics = problem(torch.float64)
    y = physics(x)
    found = SpectralInit(tol=1e-10, max_steps=10000, is_real=is_real)(y, physics)
    assert found.is_complex() is not is_real
    matrix = physics.operator.matrix
    for i in range(3):
        weights = (1 - y[i].mean() / y[i]).clamp_min(-5).to(matrix.dtype)
        product = matrix.mH @ (weights[:, None] * matrix)
        leading = torch.linalg.eigh(product.real if is_real else product)[1][:, -1]
        assert correlation(found[i : i + 1], leading[None]).item() == pytest.approx(1, abs=1e-8)
    torch.testing.assert_close(physics.A(found).sum(1), y.sum(1))


@pytest.mark.parametrize(
    ("dtype", "is_real", "least"),
    [(torch.complex128, False, 0.88), (torch.float64, False, 0.88), (torch.float64, True, 0.94)],
)
def test_it_correlates_with_the_truth(dtype: torch.dtype, is_real: bool, least: float) -> None:
    x, physics = problem(dtype, side=10)
    found = SpectralInit(is_real=is_real)(physics(x), physics)
    assert float(correlation(found, x).min()) > least
    assert float(correlation(torch.randn_like(x, dtype=found.dtype), x.to(found.dtype)).max()) < 0.4


def test_samples_are_independent() -> None:
    x, physics = problem(torch.complex128)
    y = physics(x)
    whole = SpectralInit(max_steps=50)(y, physics)
    alone = torch.cat([SpectralInit(max_steps=50)(y[i : i + 1], physics) for i in range(3)])
    torch.testing.assert_close(whole, alone, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("is_real", [False, True])
def test_descent_from_it_recovers_the_image(is_real: bool) -> None:
    x, physics = problem(torch.float64 if is_real else torch.complex128)
    step = 0.5 / physics.operator.norm(torch.empty(1, 1, 6, 6, dtype=torch.float64)) ** 2
    model = Variational(GD(step), fidelity=AmplitudeLoss, init=SpectralInit(is_real=is_real), max_steps=2000, tol=1e-8)
    found = model(physics(x), physics)
    product = (found.conj() * x).sum((1, 2, 3), keepdim=True)
    aligned = found * product / product.abs()
    error = (aligned - x).flatten(1).norm(dim=1) / x.flatten(1).norm(dim=1)
    assert float(error.max()) < 1e-4


def test_of_stacked_sensors_and_of_nothing() -> None:
    x, physics = problem(torch.complex128)
    both = PhaseRetrieval(stack(physics.operator, 3 * physics.operator))
    y = physics(x)
    torch.testing.assert_close(
        SpectralInit()(both(x), both).abs(), SpectralInit()(y, physics).abs(), rtol=1e-3, atol=1e-3
    )
    assert float(SpectralInit()(0 * y, physics).abs().max()) == 0


def test_takes_any_physics_of_intensities() -> None:
    class Detector(IntensityPhysics):
        """Intensities of an operator that a user has."""

        def __init__(self, operator: LinearPhysics, noise: Noise | None = None) -> None:
            super().__init__(noise)
            self.operator = operator

    x, physics = problem(torch.complex128)
    y = physics(x)
    assert torch.equal(SpectralInit()(y, Detector(physics.operator)), SpectralInit()(y, physics))


def test_needs_intensities() -> None:
    with pytest.raises(CapabilityError, match="`physics` must be IntensityPhysics"):
        SpectralInit()(torch.ones(1, 1, 2, 2), Denoising())
