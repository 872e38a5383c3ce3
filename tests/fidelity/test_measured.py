"""What a measurement says, asked by those who use it: data terms, weights, stopping, inputs and models of patches."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.fidelity import Measured, likelihood
from preimage.models import SelfGuide
from preimage.models.dip.data_term import PartialLikelihood
from preimage.models.sparse.physics import masked_image
from preimage.optim.weight.criterion import Trial
from preimage.physics import (
    Blur,
    Demosaicing,
    Denoising,
    GaussianNoise,
    Inpainting,
    LinearPhysics,
    PoissonNoise,
    stack,
)
from tests.doubles import Square

MASK = torch.tensor([[1.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
PHYSICS = Inpainting(MASK, GaussianNoise(0.5))
X = torch.rand(2, 1, 2, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
CLEAN = MASK * X + 0.1 * MASK
DIRTY = torch.where(MASK > 0, CLEAN, torch.nan)
HELD = torch.tensor([[True, True, False], [False, False, False]])[None, None]


def guide(physics: LinearPhysics, y: Tensor) -> Tensor:
    (source,) = SelfGuide().of(Measured.of(physics, y), [2])[:1]
    return source.make((source.channels, 2, 3), X)


# Each of those who ask, as a function of the physics and the measurement.
ASKED: dict[str, Callable[[LinearPhysics, Tensor], object]] = {
    "likelihood": lambda physics, y: likelihood(physics, y)(X),
    "discrepancy": lambda physics, y: likelihood(physics, y).discrepancy(X),
    "held out": lambda physics, y: PartialLikelihood(physics, y, HELD).held_error(X),
    "partial": lambda physics, y: PartialLikelihood(physics, y, HELD)(X),
    "trial": lambda physics, y: Trial(likelihood(physics, y), None, X, (), ()).residual(),
    "count": lambda physics, y: likelihood(physics, y).measured.count(),
    "self guide": guide,
    "model of patches": lambda physics, y: masked_image(y, physics, 0.1).image,
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_nobody_looks_at_what_was_not_measured(asked: Callable[[LinearPhysics, Tensor], Tensor]) -> None:
    found = asked(PHYSICS, DIRTY)
    assert torch.equal(found, asked(PHYSICS, CLEAN))
    assert bool(found.isfinite().all())


def test_two_parts_of_a_measurement_make_the_whole() -> None:
    whole = Measured.of(PHYSICS, DIRTY)
    kept, held = whole.split(HELD)
    assert whole.count().tolist() == [4, 4]
    assert kept.count().tolist() == [3, 3]
    assert held.count().tolist() == [1, 1]  # one of the two was not measured
    z = PHYSICS.A(X)
    torch.testing.assert_close(kept.nll(z) + held.nll(z), whole.nll(z))
    torch.testing.assert_close(kept.slope(z) + held.slope(z), whole.slope(z))
    assert torch.equal(kept.residual(X) + held.residual(X), whole.residual(X))
    torch.testing.assert_close(held.error(X), torch.full((2,), 0.01, dtype=torch.float64))


def test_entries_that_do_not_count_do_not_matter_to_counts_of_photons() -> None:
    physics = Denoising(PoissonNoise(0.1))
    kept, _ = Measured.of(physics, X).split(HELD)
    z = X + 0.2
    others = torch.where(HELD, 9.0, z)
    assert torch.equal(kept.nll(z), kept.nll(others))
    assert torch.equal(kept.slope(z), kept.slope(others))


def test_sensors_in_a_stack_are_in_units_of_their_noise() -> None:
    physics = stack(PHYSICS, Denoising(GaussianNoise(0.1)))
    measured = Measured.of(physics, (DIRTY, X))
    first, second = measured.residual(X)
    torch.testing.assert_close(first, -0.2 * MASK.expand(2, 1, 2, 3).double())
    assert not second.any()
    assert measured.count().tolist() == [10, 10]
    kept, held = measured.split((HELD, HELD))
    assert (kept.count() + held.count()).tolist() == [10, 10]
    assert measured.pixels() is None


def test_complex_entries_count_twice_but_are_one_error() -> None:
    measured = Measured.of(Denoising(), X + 0j)
    assert measured.count().tolist() == [12, 12]
    torch.testing.assert_close(measured.error(X + 0.1j), torch.full((2,), 0.01, dtype=torch.float64))


def test_the_measurement_as_pixels() -> None:
    seen = Measured.of(PHYSICS, DIRTY).split(HELD)[0].pixels()
    assert seen is not None
    mask = MASK * ~HELD
    assert torch.equal(seen[1], mask.double())
    assert torch.equal(seen[0], CLEAN * mask)
    mosaic = Demosaicing()
    y = mosaic(torch.rand(1, 3, 4, 4))
    seen = Measured.of(mosaic, y).pixels()
    assert seen is not None
    assert torch.equal(seen[0], mosaic.A_adjoint(y))
    assert int(seen[1].sum()) == 16


def test_an_operator_that_does_not_tell_its_structure_is_tried() -> None:
    class Every(LinearPhysics):
        """Every pixel, or each twice."""

        def __init__(self, factor: float) -> None:
            super().__init__()
            self.factor = factor

        def A(self, x: Tensor) -> Tensor:
            return self.factor * x

        def A_adjoint(self, y: Tensor) -> Tensor:
            return self.factor * y

    assert Measured.of(Every(1.0), X).pixels() is not None
    assert Measured.of(Every(2.0), X).pixels() is None
    assert Measured.of(Blur(torch.ones(3, 3) / 9, "reflect"), X).pixels() is None
    assert Measured.of(Square(), X).pixels() is None


def test_what_the_noise_never_draws_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`y` must hold counts"):
        Measured.of(Denoising(PoissonNoise(0.1)), -X)
