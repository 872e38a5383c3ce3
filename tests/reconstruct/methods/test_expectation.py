import pytest
import torch

from preimage.errors import ArgumentError
from preimage.fidelity import likelihood
from preimage.physics import PET, ParallelBeam, PoissonNoise
from preimage.reconstruct import PETSettings
from preimage.reconstruct.frame.acquisition import CountsPiece
from preimage.reconstruct.methods.expectation import (
    CountsVariation,
    ExpectationMaximisation,
    OrderedSubsets,
    usual_subsets,
)

PHYSICS = PET(ParallelBeam([9.0 * v for v in range(20)], 24), (24, 24), efficiency=5.0, noise=PoissonNoise(1.0, 4.0))
ROWS, COLUMNS = torch.meshgrid(torch.arange(24.0) - 11.5, torch.arange(24.0) - 11.5, indexing="ij")
TRUTH = ((ROWS**2 + COLUMNS**2 < 81).float() + 2 * ((ROWS + 3) ** 2 + (COLUMNS - 3) ** 2 < 9))[None, None]


@pytest.fixture(scope="module")
def piece() -> CountsPiece:
    return CountsPiece(PHYSICS(TRUTH, torch.Generator().manual_seed(0)), PHYSICS)


def silent(step: int) -> None:
    """Hear of a step."""


def test_the_likelihood_rises_with_every_step(piece: CountsPiece) -> None:
    nll = likelihood(PHYSICS, piece.y)
    values = [float(nll(ExpectationMaximisation(steps).solve(piece, silent).x)) for steps in (1, 2, 4, 8)]
    assert values == sorted(values, reverse=True)


def test_subsets_get_there_in_fewer_passes(piece: CountsPiece) -> None:
    nll = likelihood(PHYSICS, piece.y)
    fast = OrderedSubsets.of(PETSettings(steps=2)).solve(piece, silent).x
    assert float(nll(fast)) < float(nll(ExpectationMaximisation(8).solve(piece, silent).x))
    one = OrderedSubsets(3, subsets=1).solve(piece, silent).x
    torch.testing.assert_close(one, ExpectationMaximisation(3).solve(piece, silent).x)
    assert [usual_subsets(views) for views in (20, 7, 180, 97)] == [10, 7, 10, 1]
    with pytest.raises(ArgumentError, match="`subsets` must be at most"):
        OrderedSubsets(1, subsets=21).solve(piece, silent)
    with pytest.raises(ArgumentError, match="`subsets` must be at least"):
        OrderedSubsets.of(PETSettings(subsets=0))


def test_variation_has_less_error_than_the_passes_it_starts_from(piece: CountsPiece) -> None:
    with torch.no_grad():
        weight = CountsVariation(30).choose_weight(piece)
        x = CountsVariation(60, weight).solve(piece, silent).x
        start = OrderedSubsets(4).solve(piece, silent).x
    assert float((x - TRUTH).norm()) < 0.7 * float((start - TRUTH).norm())
