import torch

from preimage.optim import MLEM, Variational
from preimage.physics import Blur, Denoising, PoissonNoise
from preimage.reconstruct.methods.held_out_steps import held_out_steps
from tests.reconstruct.microscopy.beads import BACKGROUND, beads


def plain(physics, weights, steps):
    start = torch.full_like(physics.A_adjoint(weights), 20.0)
    return Variational(MLEM(physics.A_adjoint(weights)), init=lambda y, physics: start, max_steps=steps, tol=None)


def test_the_same_steps_are_found_again_and_at_most_those_allowed() -> None:
    counts, _, psf = beads()
    physics = Blur(psf[None, None], "valid", noise=PoissonNoise(1.0, BACKGROUND))
    found = held_out_steps(plain, counts[None, None], physics, 300)
    assert 1 < found < 300
    assert held_out_steps(plain, counts[None, None], physics, 300) == found
    assert held_out_steps(plain, counts[None, None], physics, 3) <= 3


def test_where_neighbours_tell_nothing_one_step_is_as_good_as_many() -> None:
    counts = torch.poisson(torch.full((1, 1, 30, 30), 20.0), torch.Generator().manual_seed(0))
    assert held_out_steps(plain, counts, Denoising(PoissonNoise(1.0)), 50) == 1


def test_a_single_voxel_has_steps() -> None:
    assert held_out_steps(plain, torch.full((1, 1, 1, 1), 4.0), Denoising(PoissonNoise(1.0)), 5) == 1
