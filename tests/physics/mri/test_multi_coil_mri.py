import pytest
import torch

from preimage.errors import ShapeError
from preimage.physics import MRI, GaussianNoise, MultiCoilMRI
from tests.example import complex_example, random


def maps(*shape: int) -> torch.Tensor:
    return torch.complex(random(*shape, seed=5, low=-1), random(*shape, seed=6, low=-1))


def every(step: int, *shape: int, start: int = 0) -> torch.Tensor:
    mask = torch.zeros(shape)
    mask[..., start::step, :] = 1
    return mask


EXAMPLES = {
    MultiCoilMRI: [
        complex_example(lambda: MultiCoilMRI(random(6, 5) > 0.3, maps(3, 6, 5), GaussianNoise(0.1)), (2, 1, 6, 5)),
        complex_example(lambda: MultiCoilMRI(every(3, 6, 5, start=1), maps(4, 6, 5)), (2, 1, 6, 5)),
        complex_example(lambda: MultiCoilMRI(torch.ones(4, 5), maps(2, 3, 4, 5)), (2, 1, 4, 5)),
        complex_example(lambda: MultiCoilMRI(every(2, 3, 4, 3), maps(3, 3, 4, 3), dims=3), (2, 1, 3, 4, 3)),
        complex_example(lambda: MultiCoilMRI(every(2, 2, 4, 5), maps(3, 4, 5)), (2, 1, 2, 4, 5)),
    ],
}


def test_coils_are_single_measurements() -> None:
    mask, sensitivities = random(6, 5) > 0.5, maps(3, 6, 5)
    x = maps(2, 1, 6, 5)
    y = MultiCoilMRI(mask, sensitivities).A(x)
    for coil in range(3):
        torch.testing.assert_close(y[:, coil, None], MRI(mask).A(sensitivities[coil] * x))


def sheared() -> torch.Tensor:
    """Every second row in even columns, the others in odd ones."""
    row, column = torch.arange(8)[:, None], torch.arange(6)[None, :]
    return ((row + column) % 2 == 0).float()


@pytest.mark.parametrize("mask", [every(2, 8, 6), every(4, 8, 6, start=3), every(2, 8, 6).mT.reshape(8, 6), sheared()])
def test_sense_is_least_squares(mask: torch.Tensor) -> None:
    physics = MultiCoilMRI(mask, maps(5, 8, 6)).to(torch.float64)
    x = maps(2, 1, 8, 6).to(torch.complex128)
    matrix = torch.func.vmap(lambda e: physics.A(e[None]).flatten())(torch.eye(48).reshape(48, 1, 8, 6).to(x)).mT
    y = physics.A(x) + 0.1 * maps(2, 5, 8, 6)
    expected = torch.linalg.lstsq(matrix.expand(2, -1, -1), y.flatten(1).unsqueeze(-1), driver="gelsd").solution
    torch.testing.assert_close(physics.A_dagger(y).flatten(1), expected.squeeze(-1), rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(physics.norm(x), torch.linalg.matrix_norm(matrix, 2)[None], rtol=1e-10, atol=0)


def test_pixels_that_no_coil_sees_are_zero() -> None:
    sensitivities = maps(4, 8, 6)
    sensitivities[:, 2:4] = 0
    physics = MultiCoilMRI(every(2, 8, 6), sensitivities)
    x = maps(1, 1, 8, 6)
    back = physics.A_dagger(physics.A(x))
    seen = sensitivities.abs().sum(0) > 0
    torch.testing.assert_close(back, torch.where(seen, x, 0), rtol=1e-4, atol=1e-4)


def test_gradients_reach_maps_and_mask() -> None:
    mask = random(4, 3).double().requires_grad_()
    sensitivities = maps(2, 4, 3).to(torch.complex128).requires_grad_()
    x = maps(1, 1, 4, 3).to(torch.complex128).requires_grad_()

    def there_and_back(m: torch.Tensor, s: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        physics = MultiCoilMRI(m, s)
        return physics.A_adjoint(physics.A(z))

    assert torch.autograd.gradcheck(there_and_back, (mask, sensitivities, x))


def test_what_is_wrong_is_refused() -> None:
    with pytest.raises(ShapeError, match="`maps` must be complex"):
        MultiCoilMRI(torch.ones(4, 4), torch.ones(2, 4, 4))
    with pytest.raises(ShapeError, match="`maps` must fit images"):
        MultiCoilMRI(torch.ones(4, 4), maps(2, 4, 5)).A(maps(1, 1, 4, 4))
