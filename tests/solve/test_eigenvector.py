import pytest
import torch

from preimage.solve import leading_eigenvector


def hermitian(batch: int, size: int, dtype: torch.dtype, rng: torch.Generator) -> torch.Tensor:
    factor = torch.randn(batch, size, size, generator=rng, dtype=dtype)
    return factor + factor.mH


@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_it_is_that_of_the_dense_matrix(dtype: torch.dtype, rng: torch.Generator) -> None:
    matrix = hermitian(3, 30, dtype, rng)
    start = torch.randn(3, 30, generator=rng, dtype=dtype)
    found = leading_eigenvector(lambda x: (matrix @ x[..., None])[..., 0], start, 300, 1e-9)
    assert bool(found.converged.all())
    leading = torch.linalg.eigh(matrix)[1][..., -1]
    torch.testing.assert_close(
        (leading.conj() * found.x).sum(1).abs(), torch.ones(3, dtype=torch.float64), rtol=0, atol=1e-12
    )


def test_the_largest_is_meant_though_another_is_larger_in_modulus(rng: torch.Generator) -> None:
    values = torch.linspace(-10, 1, 40, dtype=torch.float64)
    start = torch.randn(2, 40, generator=rng, dtype=torch.float64)
    found = leading_eigenvector(lambda x: values * x, start, 500, 1e-10).x
    torch.testing.assert_close(found[:, -1].abs(), torch.ones(2, dtype=torch.float64))


def test_all_eigenvalues_may_be_negative_or_equal(rng: torch.Generator) -> None:
    start = torch.randn(1, 8, generator=rng, dtype=torch.float64)
    equal = leading_eigenvector(lambda x: -2 * x, start).x
    torch.testing.assert_close(equal, start / start.norm())
    values = -torch.arange(1.0, 9.0, dtype=torch.float64)
    found = leading_eigenvector(lambda x: values * x, start, tol=1e-10).x
    assert float(found[0, 0].abs()) == pytest.approx(1, abs=1e-12)


def test_samples_are_independent(rng: torch.Generator) -> None:
    matrix = hermitian(3, 12, torch.complex128, rng)
    start = torch.randn(3, 12, generator=rng, dtype=torch.complex128)
    whole = leading_eigenvector(lambda x: (matrix @ x[..., None])[..., 0], start, 20).x
    for i in range(3):
        alone = leading_eigenvector(lambda x, i=i: (matrix[i] @ x[..., None])[..., 0], start[i : i + 1], 20).x
        torch.testing.assert_close(alone[0], whole[i], rtol=1e-9, atol=1e-9)


def test_it_needs_far_fewer_steps_than_powers(rng: torch.Generator) -> None:
    values = torch.linspace(0, 1, 400, dtype=torch.float64)
    start = torch.randn(1, 400, generator=rng, dtype=torch.float64)
    found = leading_eigenvector(lambda x: values * x, start, 40, None).x
    power = start
    for _ in range(400):
        power = values * power
        power = power / power.norm()
    assert float((values * found.square()).sum()) > float((values * power.square()).sum())
