import pytest
import torch

from preimage.errors import CapabilityError
from preimage.fidelity import likelihood
from preimage.optim import SIRT, Tikhonov
from preimage.optim.algorithm.tomographic._sums import correction, inverse_sums
from preimage.physics import CompressedSensing, GaussianNoise

MATRIX = torch.tensor([[1.0, 2.0, 0.0], [3.0, 0.0, 0.0]])
PHYSICS = CompressedSensing(MATRIX, (1, 1, 3), GaussianNoise(1.0))


def test_sums_of_rows_and_columns() -> None:
    y, x = torch.tensor([[6.0, 9.0]]), torch.tensor([1.0, 1.0, 1.0]).reshape(1, 1, 1, 3)
    f = likelihood(PHYSICS, y)
    columns, rows = inverse_sums(f, x, SIRT())
    torch.testing.assert_close(columns.flatten(), torch.tensor([1 / 4, 1 / 2, 0]))
    torch.testing.assert_close(rows.flatten(), torch.tensor([1 / 3, 1 / 3]))
    wanted = torch.tensor([1 / 4, 1 / 2, 0]) * (MATRIX.mT @ ((y[0] - MATRIX @ x.flatten()) / 3))
    torch.testing.assert_close(correction(f, (columns, rows), x).flatten(), wanted)


def test_other_functionals_have_no_sums() -> None:
    with pytest.raises(CapabilityError, match="likelihood of a linear physics for SIRT, got Tikhonov"):
        inverse_sums(Tikhonov(), torch.ones(1, 1, 1, 3), SIRT())
