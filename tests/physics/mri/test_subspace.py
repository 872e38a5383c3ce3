import pytest
import torch

from preimage.errors import ShapeError
from preimage.physics import (
    MRI,
    DynamicMRI,
    GaussianNoise,
    LinearPhysics,
    MultiCoilMRI,
    NonCartesianMRI,
    Subspace,
    coils,
    trajectories,
)
from preimage.transform import CentredFourier
from tests.example import complex_example, random


def array(*shape: int, seed: int = 5) -> torch.Tensor:
    return torch.complex(random(*shape, seed=seed, low=-1), random(*shape, seed=seed + 1, low=-1))


def masks(*shape: int) -> torch.Tensor:
    return random(*shape, seed=7) > 0.4


def path(*shape: int) -> torch.Tensor:
    return random(*shape, seed=3, low=-0.5, high=0.5)


REAL = random(3, 4, seed=1, low=-1)
COMPLEX = array(3, 4, seed=2)

EXAMPLES = {
    Subspace: [
        complex_example(lambda: Subspace(REAL, DynamicMRI(masks(4, 5, 4), GaussianNoise(0.1))), (2, 3, 5, 4)),
        complex_example(lambda: Subspace(REAL, MultiCoilMRI(masks(4, 3, 4), array(4, 3, 4))), (2, 3, 3, 4)),
        complex_example(
            lambda: Subspace(REAL, NonCartesianMRI(path(1, 4, 1, 13, 2), (4, 3), array(3, 4, 3))), (2, 3, 4, 3)
        ),
    ],
}

LARGE: dict[str, LinearPhysics] = {
    "DynamicMRI": DynamicMRI(masks(4, 25, 24)),
    "one for each": DynamicMRI(random(2, 1, 4, 25, 24)),
    "volumes": DynamicMRI(masks(4, 5, 6, 4), dims=3),
    "MultiCoilMRI": MultiCoilMRI(masks(1, 1, 4, 25, 24), array(3, 25, 24)),
    "shared mask": MultiCoilMRI(masks(25, 24), array(3, 25, 24)),
    "NonCartesianMRI": NonCartesianMRI(path(1, 4, 10, 50, 2), (25, 24), array(3, 25, 24), tol=1e-10),
    "paths for each": NonCartesianMRI(path(2, 4, 10, 50, 2), (25, 24), array(2, 3, 25, 24), tol=1e-10),
}


@pytest.mark.parametrize("name", LARGE)
@pytest.mark.parametrize("basis", [REAL, COMPLEX])
def test_the_normal_map_needs_no_frames(name: str, basis: torch.Tensor) -> None:
    physics = Subspace(basis, LARGE[name]).to(torch.float64)
    shape = (5, 6, 4) if name == "volumes" else (25, 24)
    x = array(2, 3, *shape).to(torch.complex128)
    expected = physics.A_adjoint(physics.A(x))
    found = physics.normal(x)
    assert (found - expected).norm() < 1e-8 * expected.norm()
    assert torch.equal(found, expected) == (name == "shared mask")


def test_frames_are_combinations() -> None:
    mask, x = masks(4, 5, 4), array(2, 3, 5, 4)
    y = Subspace(REAL, DynamicMRI(mask)).A(x)
    for frame in range(4):
        image = sum(REAL[r, frame] * x[:, r : r + 1] for r in range(3))
        torch.testing.assert_close(y[:, :, frame], MRI(mask[frame]).A(image))


def trajectories_of_grid(size: int) -> torch.Tensor:
    axis = (torch.arange(size, dtype=torch.float64) - size // 2) / size
    return torch.stack(torch.meshgrid(axis, axis, indexing="ij"), -1)


def test_a_film_of_low_rank_is_found_from_few_lines_of_each_frame() -> None:
    """Six lines a frame, of 25 that a frame would need: what the frames have in common has all of them."""
    time = torch.linspace(0, 1, 12).double()
    signals = torch.stack([torch.exp(-time / t) for t in (0.2, 0.4, 0.9)])
    basis = torch.linalg.svd(signals, full_matrices=False).Vh
    trajectory = trajectories.golden_angle(72, 32).float().unflatten(0, (1, 12, 6))
    film = NonCartesianMRI(trajectory, (16, 16), coils.birdcage((16, 16), 2))
    physics = Subspace(basis.float(), film)
    inside = trajectories_of_grid(16).norm(dim=-1) < 0.4
    x = CentredFourier().synthesis(inside * array(1, 3, 16, 16), (1, 3, 16, 16))
    frames = physics.film(x)
    found = physics.film(physics.solve_regularized(physics.A(x), 1e-3))
    assert (found - frames).norm() < 0.02 * frames.norm()


def test_many_frames_are_gathered_in_parts() -> None:
    basis = random(2, 35, seed=1, low=-1).double()
    film = NonCartesianMRI(path(1, 35, 6, 50, 2), (20, 20), tol=1e-10)
    physics, x = Subspace(basis, film), array(1, 2, 20, 20).to(torch.complex128)
    expected = physics.A_adjoint(physics.A(x))
    found = physics.normal(x)
    assert not torch.equal(found, expected)
    assert (found - expected).norm() < 1e-8 * expected.norm()


def test_the_noise_is_that_of_the_film() -> None:
    physics = Subspace(REAL, DynamicMRI(masks(4, 5, 4), GaussianNoise(0.1)))
    assert isinstance(physics.noise, GaussianNoise)
    assert physics.physics.noise.is_absent
    assert Subspace(REAL, DynamicMRI(masks(4, 5, 4)), GaussianNoise(0.3)).noise.sigma == 0.3


def test_what_is_wrong_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"`basis` must hold floats, \(rank, frames\)"):
        Subspace(torch.ones(4), DynamicMRI(masks(4, 5, 4)))
    with pytest.raises(ShapeError, match=r"`x` must be complex, \(B, 3, ...\)"):
        Subspace(REAL, DynamicMRI(masks(4, 5, 4))).A(array(1, 2, 5, 4))
