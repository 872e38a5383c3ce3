import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import ParallelBeam, Tomography
from preimage.physics.corrections import BeamHardening
from tests.physics.tomography.ellipses import Ellipse

# A beam of three energies, by their shares and what a millimetre of the material absorbs of them.
SHARES, ATTENUATION = torch.tensor([0.3, 0.4, 0.3]).double(), torch.tensor([0.09, 0.05, 0.03]).double()
MONO = 0.05


def measured(length: torch.Tensor) -> torch.Tensor:
    return -((-length[..., None] * ATTENUATION).exp() * SHARES).sum(-1).log()


def test_a_step_wedge_makes_integrals_straight() -> None:
    steps = torch.arange(0, 101, 5.0, dtype=torch.float64)
    correction = BeamHardening.fit(measured(steps), MONO * steps, degree=4)
    length = torch.rand(2, 1, 4, 5, dtype=torch.float64) * 100
    assert (measured(length) - MONO * length).abs().max() > 0.3
    torch.testing.assert_close(correction(measured(length)), MONO * length, rtol=0, atol=0.01)
    assert correction(torch.zeros(3)).abs().max() == 0


def test_a_polynomial_is_found_again() -> None:
    truth = BeamHardening((1.2, 0.0, 0.3))
    y = torch.linspace(0, 50, 30, dtype=torch.float64)
    found = BeamHardening.fit(y, truth(y), degree=3)
    torch.testing.assert_close(torch.tensor(found.coefficients), torch.tensor(truth.coefficients), rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(truth(y), 1.2 * y + 0.3 * y**3)


def test_an_object_of_one_material_corrects_itself() -> None:
    physics = Tomography(ParallelBeam(torch.arange(0, 180, 6.0), 64), (64, 64))
    disk = Ellipse(3.0, -2.0, 24.0, 20.0).picture((64, 64), 1.0, 4)
    y = measured(physics.A(disk))
    inside = (physics.fbp(y, "hann") > 0.02).double()
    correction = BeamHardening.fit(y, MONO * physics.A(inside))
    core = Ellipse(3.0, -2.0, 20.0, 16.0).picture((64, 64), 1.0) == 1
    before, after = (physics.fbp(z, "hann")[core] for z in (y, correction(y)))
    assert before.std() / before.mean() > 0.02  # darker in the middle
    assert after.std() / after.mean() < 0.01
    assert after.mean().item() == pytest.approx(MONO, rel=0.01)


def test_gradients_flow_and_gaps_are_not_fitted() -> None:
    correction = BeamHardening.fit(torch.tensor([1.0, 2.0, float("nan")]), torch.tensor([2.0, 4.0, 6.0]), 1)
    assert correction.coefficients == pytest.approx((2.0,))
    assert torch.autograd.gradcheck(BeamHardening((1.0, 0.2)), torch.rand(3, dtype=torch.float64, requires_grad=True))


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`coefficients` must"):
        BeamHardening(())
    with pytest.raises(ShapeError, match="`expected` must"):
        BeamHardening.fit(torch.ones(3), torch.ones(4))
    with pytest.raises(ArgumentError, match="`measured` must hold"):
        BeamHardening.fit(torch.ones(2), torch.ones(2))
    with pytest.raises(ArgumentError, match="`degree` must"):
        BeamHardening.fit(torch.ones(2), torch.ones(2), 0)
