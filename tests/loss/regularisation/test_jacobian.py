import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError
from preimage.loss import FNEJacobianSpectralNorm, JacobianSpectralNorm
from preimage.physics import BlurFFT, Denoising
from preimage.testing.loss import SmallModel
from tests.example import Example, kernel, random
from tests.loss.draws import evaluated

EXAMPLES = {
    JacobianSpectralNorm: [
        Example(JacobianSpectralNorm, complex=True, physics=Denoising),
        Example(lambda: JacobianSpectralNorm(5, 0.0, 0.1)),
    ],
    FNEJacobianSpectralNorm: [Example(FNEJacobianSpectralNorm, complex=True, physics=Denoising)],
}

Y = random(2, 1, 3, 3).double()
LONG = {"steps": 20, "tol": 0.0}


def dense(model: object, y: Tensor, physics: object) -> Tensor:
    """The Jacobian of the map of one image."""
    jacobian = torch.autograd.functional.jacobian(lambda z: model(z[None], physics)[0], y)
    return jacobian.reshape(jacobian.shape[: y.ndim].numel(), -1)


@pytest.mark.parametrize("physics", [Denoising(), BlurFFT(kernel(3, 3).double())])
def test_it_is_the_largest_singular_value(physics: Denoising) -> None:
    model = SmallModel().double()
    matrices = [dense(model, y, physics) for y in Y]
    found = evaluated(JacobianSpectralNorm(**LONG), Y, physics, model)
    torch.testing.assert_close(found, torch.stack([torch.linalg.matrix_norm(m, 2) for m in matrices]))
    found = evaluated(FNEJacobianSpectralNorm(**LONG), Y, physics, model)
    expected = [torch.linalg.matrix_norm(2 * m - torch.eye(len(m)).double(), 2) for m in matrices]
    torch.testing.assert_close(found, torch.stack(expected))


def test_linear_maps_to_other_sizes_and_complex_ones() -> None:
    matrix = random(7, 9, seed=3).double()
    found = evaluated(JacobianSpectralNorm(**LONG), Y, Denoising(), lambda y, physics: y.flatten(1) @ matrix.T)
    torch.testing.assert_close(found, torch.linalg.matrix_norm(matrix, 2).expand(2))
    z = torch.complex(Y, Y.flip(0))
    found = evaluated(JacobianSpectralNorm(**LONG), z, Denoising(), lambda y, physics: (3 + 4j) * y)
    torch.testing.assert_close(found, torch.full((2,), 5.0).double())
    found = evaluated(FNEJacobianSpectralNorm(**LONG), z, Denoising(), lambda y, physics: 1.5 * y)
    torch.testing.assert_close(found, torch.full((2,), 2.0).double())


@pytest.mark.parametrize("loss", [JacobianSpectralNorm(**LONG), FNEJacobianSpectralNorm(**LONG)])
def test_its_gradient_is_that_of_the_singular_value(loss: JacobianSpectralNorm) -> None:
    model, physics = SmallModel().double(), Denoising()
    (found,) = torch.autograd.grad(evaluated(loss, Y, physics, model).sum(), model.weights)
    slopes = []
    for index in range(2):
        values = []
        for step in (1e-5, -1e-5):
            moved = SmallModel().double()
            with torch.no_grad():
                moved.weights[index] += step
            values.append(evaluated(loss, Y, physics, moved).sum().detach())
        slopes.append((values[0] - values[1]) / 2e-5)
    torch.testing.assert_close(found, torch.stack(slopes), rtol=1e-5, atol=1e-7)


def test_below_the_bound_it_is_constant() -> None:
    factor = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    loss = evaluated(JacobianSpectralNorm(least=0.9), Y, Denoising(), lambda y, physics: factor * y)
    assert loss.tolist() == [0.9] * 2
    assert torch.autograd.grad(loss.sum(), factor)[0] == 0
    (slope,) = torch.autograd.grad(
        evaluated(JacobianSpectralNorm(), Y, Denoising(), lambda y, physics: factor * y).sum(), factor
    )
    torch.testing.assert_close(slope, torch.tensor(2.0).double())


def test_maps_of_zero_and_no_grad() -> None:
    with torch.no_grad():
        found = evaluated(JacobianSpectralNorm(), Y, Denoising(), lambda y, physics: 2 * y)
    torch.testing.assert_close(found, torch.full((2,), 2.0).double())
    assert evaluated(JacobianSpectralNorm(), Y, Denoising(), lambda y, physics: 0 * y).tolist() == [0, 0]
    assert evaluated(JacobianSpectralNorm(), Y[:0], Denoising(), lambda y, physics: 2 * y).shape == (0,)


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(ArgumentError, match="`steps` must be at least 1"):
        JacobianSpectralNorm(0)
    with pytest.raises(ShapeError, match="one tensor for the norm"):
        evaluated(JacobianSpectralNorm(), (Y, Y), Denoising(), lambda y, physics: y)
    with pytest.raises(ShapeError, match="images of their shape"):
        evaluated(FNEJacobianSpectralNorm(), Y, Denoising(), lambda y, physics: y[..., :2])
