import math

import torch

from preimage.physics.compressive.turns import factors_of_turns


def test_angles_and_signs(rng: torch.Generator) -> None:
    angles = 2 * math.pi * torch.rand(2, 5, generator=rng)
    like = torch.ones((), dtype=torch.complex128)
    wanted = torch.exp(1j * angles.double()) * torch.tensor([[3.0], [1.0]])
    torch.testing.assert_close(factors_of_turns(angles, like, 3.0), wanted)
    torch.testing.assert_close(factors_of_turns(angles, like, 3.0, back=True), wanted.conj().resolve_conj())
    signs = factors_of_turns(torch.tensor([[True, False], [False, True]]), torch.ones(()), 3.0)
    assert signs.tolist() == [[-3.0, 3.0], [1.0, -1.0]]


def test_nothing_kept_is_stale(rng: torch.Generator) -> None:
    angles = torch.rand(1, 5, generator=rng)
    first = factors_of_turns(angles, angles, 1.0).clone()
    angles += 1
    torch.testing.assert_close(factors_of_turns(angles, angles, 1.0), first * torch.exp(torch.tensor(1j)))
    with torch.inference_mode():
        kept = factors_of_turns(2 * angles, angles, 1.0)
    assert not kept.is_inference()


def test_gradients_reach_the_angles(rng: torch.Generator) -> None:
    angles = torch.rand(2, 3, generator=rng, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda turns: factors_of_turns(turns, turns, 2.0, back=True), (angles,))
