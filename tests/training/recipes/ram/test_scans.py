import pytest
import torch

from preimage.training.recipes.ram.scans import LineIntegrals, RandomProjections, SpectrumColumns


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize(
    "problem", [SpectrumColumns(), SpectrumColumns(coils=True), LineIntegrals(), RandomProjections()], ids=str
)
@pytest.mark.parametrize("shared", range(4))
def test_parts_of_a_batch_are_measured_as_the_whole(problem, shared):
    side = problem.sides[shared % len(problem.sides)]
    x = torch.rand(3, 1, side, side, generator=rng())
    x = x + 0j if problem.kinds == (2,) else x
    parameters = problem.draw(3, side, rng(shared))
    y = problem.operator(parameters, side, problem.kinds[0], shared).A(x)
    part = problem.operator([p[1:2] for p in parameters], side, problem.kinds[0], shared).A(x[1:2])
    torch.testing.assert_close(y[1:2], part, rtol=1e-4, atol=1e-4)


def test_noise_of_projections_is_that_of_a_pixel():
    """The gain of views is about four times the square of the scale, so that noise is half the level of a pixel's."""
    problem, x = LineIntegrals(), torch.ones(1, 1, 64, 64)
    for shared in (0, 7, 14, 28):
        operator = problem.operator((), 64, 1, shared)
        y = operator.A(x)
        gain = float(operator.A(operator.A_adjoint(y)).norm() / y.norm())
        assert 0.5 < gain**0.5 / problem.scale(shared, 64) < 4
