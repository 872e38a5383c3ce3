import torch

from preimage.physics.mri.film import FilmPhysics, filtered_coils, frame_kernel, frames_of, mixed, weighted_sums
from preimage.transform import CentredFourier
from tests.example import random


def array(*shape: int, seed: int = 5) -> torch.Tensor:
    return torch.complex(random(*shape, seed=seed, low=-1), random(*shape, seed=seed + 1, low=-1)).to(torch.complex128)


BASIS = array(2, 3, seed=1)


def test_frames_and_sums_are_adjoint() -> None:
    x, film = array(2, 2, 4, 5), array(2, 1, 3, 4, 5, seed=8)
    left = (frames_of(x, BASIS).conj() * film).sum()
    torch.testing.assert_close(left, (x.conj() * weighted_sums(film, BASIS)).sum())


class Weights(FilmPhysics):
    """A weight of each frequency and frame."""

    def __init__(self, power: torch.Tensor) -> None:
        super().__init__()
        self.power = power

    def A(self, x: torch.Tensor) -> torch.Tensor:
        return self.power[:, None].sqrt() * CentredFourier().analysis(x)

    def A_adjoint(self, y: torch.Tensor) -> torch.Tensor:
        return CentredFourier().synthesis(self.power[:, None].sqrt() * y, tuple(y.shape))


def test_a_matrix_for_each_frequency() -> None:
    power, x = random(1, 3, 4, 5, seed=3).double(), array(2, 2, 4, 5)
    kernel = frame_kernel(BASIS, power)
    expected = Weights(power).subspace_map(BASIS, x)(x)
    torch.testing.assert_close(filtered_coils(x, kernel, None, None), expected)
    maps = array(1, 3, 4, 5, seed=9)
    by_coils = sum(maps[:, c, None].conj() * filtered_coils(maps[:, c, None] * x, kernel, None, None) for c in range(3))
    torch.testing.assert_close(filtered_coils(x, kernel, maps, maps.conj()), by_coils)
    one = mixed(kernel, x)[1, :, 2, 3]
    torch.testing.assert_close(one, kernel[0, :, :, 2, 3] @ x[1, :, 2, 3])
