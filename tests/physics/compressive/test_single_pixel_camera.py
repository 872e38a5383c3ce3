import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.fidelity import likelihood
from preimage.physics import GaussianNoise, SinglePixelCamera
from preimage.physics.compressive import pattern_order
from tests.example import Example

EXAMPLES = {
    SinglePixelCamera: [
        Example(lambda: SinglePixelCamera((4, 8), 11), (2, 2, 4, 8), complex=True),
        Example(lambda: SinglePixelCamera((4, 4), 9, "zig-zag", GaussianNoise(0.1)), (3, 1, 4, 4)),
        Example(lambda: SinglePixelCamera((3, 5), 14, "xy"), (2, 1, 3, 5)),
        Example(lambda: SinglePixelCamera((3, 2), 8, "natural"), (3, 1, 3, 2)),
    ],
}


def hadamard(size: int) -> np.ndarray:
    matrix = np.ones((1, 1))
    while len(matrix) < size:
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    return matrix


@pytest.mark.parametrize("order", ["natural", "sequency", "cake-cutting"])
@pytest.mark.parametrize("shape", [(8, 4), (7, 3)])
def test_it_is_the_dense_matrix(shape: tuple[int, int], order: str, rng: torch.Generator) -> None:
    physics = SinglePixelCamera(shape, 20, order)
    rows = hadamard(32)[pattern_order((8, 4), order)[:20].numpy()] / 32**0.5
    x = torch.randn(2, 3, *shape, generator=rng, dtype=torch.float64)
    scene = np.zeros((2, 3, 8, 4))
    scene[:, :, : shape[0], : shape[1]] = x.numpy()
    y = physics.A(x)
    np.testing.assert_allclose(y.numpy(), scene.reshape(2, 3, 32) @ rows.T, atol=1e-12)
    back = (y.numpy() @ rows).reshape(2, 3, 8, 4)[:, :, : shape[0], : shape[1]]
    np.testing.assert_allclose(physics.A_adjoint(y).numpy(), back, atol=1e-12)
    np.testing.assert_allclose(physics.patterns().flatten(1).numpy(), rows, atol=1e-6)


def test_fewer_patterns_are_the_first_numbers(rng: torch.Generator) -> None:
    x = torch.rand(1, 1, 16, 16, generator=rng)
    assert torch.equal(SinglePixelCamera((16, 16), 50).A(x), SinglePixelCamera((16, 16), 200).A(x)[..., :50])


def test_a_prox_costs_one_transform_there_and_one_back(rng: torch.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    from preimage.physics.compressive import single_pixel_camera

    counted = []
    plain = single_pixel_camera.walsh_hadamard
    monkeypatch.setattr(single_pixel_camera, "walsh_hadamard", lambda x: (counted.append(1), plain(x))[1])
    physics = SinglePixelCamera((16, 16), 100, noise=GaussianNoise(0.1))
    x = torch.rand(2, 1, 16, 16, generator=rng)
    y = physics(x, rng)
    counted.clear()
    physics.A_dagger(y)
    assert len(counted) == 1
    term = likelihood(physics, y)
    counted.clear()
    moved = term.prox(x, 0.02)
    assert len(counted) == 2
    # The minimiser of ||A u - y||^2 / (2 sigma^2) + ||u - x||^2 / (2 step).
    residual = physics.A_adjoint(physics.A(moved) - y) / 0.01 + (moved - x) / 0.02
    assert float(residual.abs().max()) < 1e-3


def test_arguments_are_checked() -> None:
    with pytest.raises(ArgumentError, match="`measurements` must be at most 32, the patterns of a mask of 8x4"):
        SinglePixelCamera((7, 3), 33)
    with pytest.raises(ArgumentError, match="`order` must be one of"):
        SinglePixelCamera((8, 4), 3, "haar")
    with pytest.raises(ShapeError, match="`x` must have shape"):
        SinglePixelCamera((8, 4), 3).A(torch.ones(1, 1, 4, 8))
