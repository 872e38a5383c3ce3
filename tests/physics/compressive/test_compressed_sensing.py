import numpy as np
import pytest
import torch

from preimage.errors import ShapeError
from preimage.physics import CompressedSensing, GaussianNoise
from preimage.physics.compressive import compressed_sensing
from tests.contract import require_operator
from tests.example import Example, random

EXAMPLES = {
    CompressedSensing: [
        Example(lambda: CompressedSensing(random(7, 24, low=-1), (2, 4, 3)), (2, 2, 4, 3), complex=True),
        Example(lambda: CompressedSensing(random(29, 12, low=-1), (1, 1, 4, 3)), (2, 1, 1, 4, 3), complex=True),
    ],
}


@pytest.mark.parametrize("rows", [7, 30])
def test_a_complex_matrix_is_numpys(rows: int, rng: torch.Generator) -> None:
    physics = CompressedSensing.random(rows, (2, 3, 3), rng, is_complex=True).to(torch.float64)
    matrix = physics.matrix.numpy()
    x = torch.randn(2, 2, 3, 3, generator=rng, dtype=torch.complex128)
    y = torch.randn(2, rows, generator=rng, dtype=torch.complex128)
    vector = x.flatten(1).numpy()
    np.testing.assert_allclose(physics.A(x).numpy(), vector @ matrix.T)
    np.testing.assert_allclose(physics.A_adjoint(y).flatten(1).numpy(), y.numpy() @ matrix.conj())
    np.testing.assert_allclose(physics.A_dagger(y).flatten(1).numpy(), y.numpy() @ np.linalg.pinv(matrix).T)
    assert physics.norm(torch.empty(1, 2, 3, 3, dtype=torch.float64)).item() == pytest.approx(
        np.linalg.norm(matrix, 2), rel=1e-12
    )
    for rho in (0.3, torch.tensor([0.3, 1e-3], dtype=torch.float64)):
        shifts = torch.as_tensor(rho, dtype=torch.float64).expand(2).tolist()
        inverses = [np.linalg.inv(matrix.conj().T @ matrix + s * np.eye(18)) for s in shifts]
        wanted = np.stack([inverse @ b for inverse, b in zip(inverses, vector, strict=True)])
        np.testing.assert_allclose(physics.solve_shifted(x, rho).flatten(1).numpy(), wanted, rtol=1e-9)
        pulled = physics.A_adjoint(y).flatten(1).numpy()
        wanted = np.stack([inverse @ b for inverse, b in zip(inverses, pulled, strict=True)])
        np.testing.assert_allclose(physics.solve_regularized(y, rho).flatten(1).numpy(), wanted, rtol=1e-9)
    require_operator(physics, x)


@pytest.mark.parametrize("is_complex", [False, True])
def test_blocks_of_rows_give_the_weighted_gram_matrix(is_complex: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = torch.Generator().manual_seed(1)
    monkeypatch.setattr(compressed_sensing, "_BLOCK", 50)
    physics = CompressedSensing.random(31, (1, 3, 5), rng, is_complex).to(torch.float64)
    x = torch.randn(2, 1, 3, 5, generator=rng, dtype=torch.complex128)
    weights = torch.randn(2, 31, generator=rng, dtype=torch.float64)
    wanted = physics.A_adjoint(weights * physics.A(x))
    torch.testing.assert_close(physics.weighted_gram(x, weights), wanted)


@pytest.mark.parametrize("is_complex", [False, True])
def test_random_entries_keep_the_energy_on_average(is_complex: bool) -> None:
    rng = torch.Generator().manual_seed(1)
    physics = CompressedSensing.random(50, (1, 20, 20), rng, is_complex, GaussianNoise(0.1))
    assert physics.matrix.abs().square().mean().item() == pytest.approx(1 / 50, rel=0.03)
    assert physics.matrix.mean().abs().item() < 5 / (50 * 20000) ** 0.5
    again = CompressedSensing.random(50, (1, 20, 20), torch.Generator().manual_seed(1), is_complex)
    assert torch.equal(again.matrix, physics.matrix)
    assert physics.noise.sigma == 0.1


def test_shapes_are_checked() -> None:
    with pytest.raises(ShapeError, match="`matrix` must have 12 columns"):
        CompressedSensing(torch.ones(3, 11), (1, 4, 3))
    with pytest.raises(ShapeError, match="`x` must have shape"):
        CompressedSensing(torch.ones(3, 12), (1, 4, 3)).A(torch.ones(1, 1, 3, 4))
