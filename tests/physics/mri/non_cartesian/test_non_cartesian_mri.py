import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import MRI, GaussianNoise, MultiCoilMRI, NonCartesianMRI
from preimage.testing import check_linear
from tests.example import complex_example, random


def array(*shape: int, seed: int = 5) -> torch.Tensor:
    return torch.complex(random(*shape, seed=seed, low=-1), random(*shape, seed=seed + 1, low=-1))


def path(*shape: int, seed: int = 3) -> torch.Tensor:
    return random(*shape, seed=seed, low=-0.5, high=0.5)


def grid(*shape: int) -> torch.Tensor:
    """The points of a complete grid, (..., d)."""
    axes = [(torch.arange(size, dtype=torch.float64) - size // 2) / size for size in shape]
    return torch.stack(torch.meshgrid(*axes, indexing="ij"), -1)


EXAMPLES = {
    NonCartesianMRI: [
        complex_example(lambda: NonCartesianMRI(path(40, 2), (6, 5), array(3, 6, 5), GaussianNoise(0.1)), (2, 1, 6, 5)),
        complex_example(lambda: NonCartesianMRI(path(5, 9, 2), (5, 4)), (3, 1, 5, 4)),
        complex_example(lambda: NonCartesianMRI(path(2, 3, 13, 2), (4, 5), array(2, 3, 4, 5)), (2, 1, 4, 5)),
        complex_example(lambda: NonCartesianMRI(path(70, 3), (3, 4, 3), array(2, 3, 4, 3)), (2, 1, 3, 4, 3)),
        complex_example(lambda: NonCartesianMRI(path(1, 3, 1, 17, 2), (4, 3), array(2, 4, 3)), (2, 1, 3, 4, 3)),
    ],
}


@pytest.mark.parametrize("shape", [(6, 5), (5, 8), (4, 3, 5)])
def test_points_of_the_grid_are_what_mri_measures(shape: tuple[int, ...]) -> None:
    dims = len(shape)
    x = array(2, 1, *shape).to(torch.complex128)
    full = MRI(torch.ones(shape), dims=dims).A(x)
    here = NonCartesianMRI(grid(*shape).reshape(-1, dims), shape, tol=1e-12)
    torch.testing.assert_close(here.A(x), full.flatten(2), rtol=1e-10, atol=1e-10)
    torch.testing.assert_close(here.A_adjoint(full.flatten(2)), x, rtol=1e-10, atol=1e-10)
    torch.testing.assert_close(here.norm(x), torch.ones(2).double(), rtol=1e-9, atol=0)


def test_coils_are_those_of_multi_coil_mri() -> None:
    maps, x = array(3, 6, 5), array(2, 1, 6, 5)
    on_grid = NonCartesianMRI(grid(6, 5).float(), (6, 5), maps)
    torch.testing.assert_close(on_grid.A(x), MultiCoilMRI(torch.ones(6, 5), maps).A(x), rtol=1e-4, atol=1e-4)


def test_the_order_of_axes_is_that_of_the_image() -> None:
    place = grid(6, 5)[4, 1]  # a wave along columns and rows
    n = grid(6, 5) * torch.tensor([6, 5])
    wave = torch.exp(2j * torch.pi * (n * place).sum(-1))[None, None]
    physics = NonCartesianMRI(torch.stack([place, place.flip(0)]), (6, 5))
    y = physics.A(wave).flatten()
    torch.testing.assert_close(y[0], torch.tensor(30**0.5 + 0j, dtype=torch.complex128))
    assert y[1].abs() < 3


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_it_is_linear_with_an_exact_adjoint_by_finufft_too(dtype: torch.dtype) -> None:
    physics = NonCartesianMRI(path(150, 2), (11, 10), array(3, 11, 10)).to(dtype)
    check_linear(physics, array(2, 1, 11, 10).to(torch.complex64 if dtype == torch.float32 else torch.complex128))


def test_films_are_frames() -> None:
    trajectory, maps, x = path(2, 3, 2, 7, 2), array(2, 4, 5), array(2, 1, 3, 4, 5)
    y = NonCartesianMRI(trajectory, (4, 5), maps).A(x)
    assert y.shape == (2, 2, 3, 2, 7)
    for frame in range(3):
        alone = NonCartesianMRI(trajectory[:, frame], (4, 5), maps).A(x[:, :, frame])
        torch.testing.assert_close(y[:, :, frame], alone, rtol=1e-4, atol=1e-4)


def test_gradients_reach_image_maps_and_trajectory() -> None:
    trajectory = path(2, 4, 2).double().requires_grad_()
    maps = array(2, 4, 3).to(torch.complex128).requires_grad_()
    x = array(1, 1, 4, 3, seed=8).to(torch.complex128).requires_grad_()

    def there_and_back(k: torch.Tensor, m: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        physics = NonCartesianMRI(k, (4, 3), m, tol=1e-13)
        return physics.A_adjoint(physics.A(z))

    assert torch.autograd.gradcheck(there_and_back, (trajectory, maps, x), fast_mode=True)
    assert torch.autograd.gradgradcheck(there_and_back, (trajectory, maps, x), fast_mode=True)


def test_a_trajectory_can_be_learned() -> None:
    """A few steps of descent on the points make the reconstruction of an image better."""
    x = array(1, 1, 6, 6).to(torch.complex128)
    points = (0.8 * path(40, 2)).double()
    errors = []
    for _ in range(6):
        points = points.detach().requires_grad_()
        physics = NonCartesianMRI(points, (6, 6), tol=1e-12)
        error = (physics.solve_regularized(physics.A(x), 0.05) - x).abs().square().sum()
        errors.append(float(error.detach()))
        (slope,) = torch.autograd.grad(error, points)
        points = (points - 0.01 * slope / slope.norm()).clamp(-0.5, 0.5)
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.95 * errors[0]


def test_what_is_wrong_is_refused() -> None:
    physics = NonCartesianMRI(path(9, 2), (4, 4), array(2, 4, 4))
    with pytest.raises(ShapeError, match=r"`x` must have shape \(B, 1, 4, 4\)"):
        physics.A(array(1, 1, 4, 5))
    with pytest.raises(ShapeError, match=r"`x` must be complex"):
        physics.A(torch.zeros(1, 1, 4, 4))
    with pytest.raises(ShapeError, match=r"`y` must have shape \(B, 2, 9\), got \(1, 1, 9\)"):
        physics.A_adjoint(array(1, 1, 9))
    with pytest.raises(ShapeError, match="one for all 2 images or one for each"):
        NonCartesianMRI(path(3, 2, 9, 2), (4, 4)).A(array(2, 1, 4, 4))
    with pytest.raises(ArgumentError, match="divide radians"):
        NonCartesianMRI(torch.pi * 2 * path(9, 2), (4, 4))
    with pytest.raises(ArgumentError, match="`shape` must be"):
        NonCartesianMRI(path(9, 2), (4,))
    with pytest.raises(ArgumentError, match="`tol` must be in"):
        NonCartesianMRI(path(9, 2), (4, 4), tol=1.0)
