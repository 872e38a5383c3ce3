import math

import numpy as np
import pytest
import torch
from scipy import fft

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import StructuredRandom
from tests.example import Example, complex_example
from tests.physics.compressive.test_single_pixel_camera import hadamard


def drawn(*args, **kwargs) -> StructuredRandom:
    return StructuredRandom.random(*args, rng=torch.Generator().manual_seed(3), **kwargs)


EXAMPLES = {
    StructuredRandom: [
        Example(lambda: drawn(7, (1, 3, 5)), (2, 1, 3, 5), complex=True),
        Example(lambda: drawn(19, (2, 3, 2), "dct", 3), (2, 2, 3, 2)),
        Example(lambda: drawn(9, (1, 1, 4, 3), "hadamard"), (3, 1, 1, 4, 3), complex=True),
        complex_example(lambda: drawn(7, (1, 3, 5), "fourier", 1, True), (2, 1, 3, 5)),
        complex_example(lambda: drawn(20, (1, 4, 4), "hadamard", 3, True), (2, 1, 4, 4)),
    ],
}


def matrix_of(name: str, size: int) -> np.ndarray:
    if name == "hadamard":
        return hadamard(size) / size**0.5
    identity = np.eye(size)
    return fft.dct(identity, axis=0, norm="ortho") if name == "dct" else fft.fft(identity, axis=0, norm="ortho")


@pytest.mark.parametrize("is_complex", [False, True])
@pytest.mark.parametrize("transform", ["dct", "hadamard", "fourier"])
def test_it_is_the_product_of_dense_matrices(transform: str, is_complex: bool, rng: torch.Generator) -> None:
    physics = StructuredRandom.random(10, (1, 3, 4), transform, 3, is_complex, rng).to(torch.float64)
    size = physics.turns.shape[1]
    turns = physics.turns.numpy()
    unitary = matrix_of(transform, size)
    product = np.eye(size)[:, :12]
    for turn in turns:
        product = unitary @ np.diag(np.exp(1j * turn) if is_complex else 1 - 2.0 * turn) @ product
    wanted = (size / 10) ** 0.5 * product[physics.rows.numpy()]
    x = torch.randn(2, 1, 3, 4, generator=rng, dtype=torch.complex128)
    np.testing.assert_allclose(physics.A(x).numpy(), x.flatten(1).numpy() @ wanted.T, atol=1e-12)
    y = torch.randn(2, 10, generator=rng, dtype=torch.complex128)
    np.testing.assert_allclose(physics.A_adjoint(y).flatten(1).numpy(), y.numpy() @ wanted.conj(), atol=1e-12)


def test_real_stays_real() -> None:
    x = torch.rand(1, 1, 3, 5)
    assert drawn(7, (1, 3, 5)).A(x).dtype == torch.float32
    assert drawn(7, (1, 3, 5), "fourier").A(x).dtype == torch.complex64


def test_energy_is_kept_on_average() -> None:
    rng = torch.Generator().manual_seed(0)
    x = torch.zeros(1, 1, 16, 16)
    x[0, 0, 3, 4] = 1
    powers = [StructuredRandom.random(64, (1, 16, 16), rng=rng).A(x).square().sum() for _ in range(400)]
    assert float(torch.stack(powers).mean()) == pytest.approx(1, abs=0.05)


def test_gradients_reach_the_angles(rng: torch.Generator) -> None:
    physics = StructuredRandom.random(7, (1, 3, 4), "dct", 2, True, rng).to(torch.float64)
    x = torch.randn(1, 1, 3, 4, generator=rng, dtype=torch.complex128)
    turns = physics.turns.clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda angles: torch.view_as_real(physics.replace(turns=angles).A(x)), (turns,))


def test_arguments_are_checked() -> None:
    turns, rows = torch.zeros(1, 12, dtype=torch.bool), torch.arange(5)
    with pytest.raises(ArgumentError, match="`transform` must be one of dct, hadamard, fourier"):
        StructuredRandom(turns, rows, (1, 3, 4), "haar")
    with pytest.raises(ShapeError, match=r"`turns` must be \(L, N\) with N of at least 15"):
        StructuredRandom(turns, rows, (1, 3, 5))
    with pytest.raises(ShapeError, match="N a power of two"):
        StructuredRandom(turns, rows, (1, 3, 4), "hadamard")
    with pytest.raises(ShapeError, match="`rows` must be"):
        StructuredRandom(turns, torch.arange(13), (1, 3, 4))
    with pytest.raises(ArgumentError, match=r"`rows` must be in \[0, 12\)"):
        StructuredRandom(turns, rows + 8, (1, 3, 4))


@pytest.mark.parametrize("is_complex", [False, True])
def test_it_is_the_definition_step_by_step(is_complex: bool, rng: torch.Generator) -> None:
    physics = StructuredRandom.random(7, (1, 3, 4), "fourier", 2, is_complex, rng)
    x = torch.randn(2, 1, 3, 4, generator=rng, dtype=torch.complex128)
    z = x.flatten(1)
    for turn in physics.turns.double():
        angle = turn if is_complex else math.pi * turn
        z = torch.fft.fft(z * torch.polar(torch.ones_like(angle), angle), norm="ortho")
    torch.testing.assert_close(physics.A(x), math.sqrt(12 / 7) * z[:, physics.rows], rtol=1e-12, atol=1e-12)
