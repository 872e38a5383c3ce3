import pytest
import torch

from preimage._tree import leaves
from preimage.errors import ArgumentError
from preimage.loss import LossInputs, Probing
from preimage.loss.divergence import random_signs, unit_vectors
from preimage.physics import Denoising, stack
from tests.loss.monte_carlo import Matrix, bent, matrix

Y = torch.rand(3, 1, 3, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def inputs(y: torch.Tensor, model: object) -> LossInputs:
    assert callable(model)
    return LossInputs(model(y, Denoising()), None, y, Denoising(), model, torch.Generator().manual_seed(0))


@pytest.mark.parametrize("tau", [1e-3, None])
def test_the_trace_of_a_matrix_is_exact(tau: float | None) -> None:
    model, weights = matrix(12), torch.arange(36.0, dtype=torch.float64).reshape(Y.shape)
    h, trace = Probing(tau, None).trace(inputs(Y, model), weights)
    torch.testing.assert_close(h, model(Y, Denoising()))
    torch.testing.assert_close(trace, weights.flatten(1) @ model.entries.diag())


def test_random_signs_are_exact_for_a_diagonal() -> None:
    model = Matrix(torch.arange(12.0, dtype=torch.float64).diag())
    _, trace = Probing().trace(inputs(Y, model), torch.ones_like(Y))
    torch.testing.assert_close(trace, torch.full((3,), 66.0, dtype=torch.float64))


@pytest.mark.parametrize("tau", [1e-5, None])
def test_random_signs_are_right_on_average_also_where_entries_do_not_count(tau: float | None) -> None:
    weights = (Y > 0.3).double() * Y
    _, exact = Probing(None, None).trace(inputs(Y, bent), weights)
    _, mean = Probing(tau, 400).trace(inputs(Y, bent), weights)
    torch.testing.assert_close(mean, exact, rtol=0.05, atol=0.0)


def test_complex_traces_are_of_both_parts() -> None:
    y = torch.complex(Y, Y.flip(0))
    _, trace = Probing(1e-3, None).trace(inputs(y, lambda y, physics: (2 + 3j) * y), torch.ones_like(Y))
    torch.testing.assert_close(trace, torch.full((3,), 2 * 12 * 2.0, dtype=torch.float64))
    _, conjugate = Probing(None, None).trace(inputs(y, lambda y, physics: y.conj() + y.real), torch.ones_like(Y))
    torch.testing.assert_close(conjugate, torch.full((3,), 12.0, dtype=torch.float64))


def test_measurements_may_be_tuples() -> None:
    physics = stack(Denoising(), Denoising())
    y = (Y, Y.flip(0))
    asked = LossInputs((y[0] + 2 * y[1]) / 3, None, y, physics, lambda y, physics: (y[0] + 2 * y[1]) / 3)
    _, trace = Probing(1e-3, None).trace(asked, (torch.ones_like(Y), torch.ones_like(Y)))
    torch.testing.assert_close(trace, torch.full((3,), 12.0, dtype=torch.float64))


@pytest.mark.parametrize("tau", [1e-5, None])
def test_the_trace_itself_can_be_trained(tau: float | None) -> None:
    gain = torch.tensor(1.5, dtype=torch.float64, requires_grad=True)
    asked = inputs(Y, lambda y, physics: (gain * y).sin())
    _, trace = Probing(tau, 1).trace(asked, torch.ones_like(Y))
    (slope,) = torch.autograd.grad(trace.sum(), gain)
    wanted = ((1.5 * Y).cos() - 1.5 * Y * (1.5 * Y).sin()).sum()
    torch.testing.assert_close(slope, wanted, rtol=1e-4, atol=0.0)


def test_directions_are_signs_or_units() -> None:
    signs = random_signs(torch.zeros(50, 40, dtype=torch.complex64), torch.Generator().manual_seed(0))
    assert set(signs.real.unique().tolist()) == set(signs.imag.unique().tolist()) == {-1.0, 1.0}
    assert abs(signs.mean()) < 0.1
    units = [torch.cat([leaf.flatten() for leaf in leaves(u)]) for u in unit_vectors((Y[:1, :, :1], Y[:1, :, :1, :1]))]
    assert torch.equal(torch.stack(units), torch.eye(5, dtype=torch.float64))


def test_numbers_out_of_range_are_told() -> None:
    with pytest.raises(ArgumentError, match="`tau` must be a step above zero"):
        Probing(0.0)
    with pytest.raises(ArgumentError, match="`probes` must be at least one"):
        Probing(probes=0)
