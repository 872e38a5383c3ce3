"""What a mask hides may be anything."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from preimage.physics import MRI, BlurFFT, DynamicMRI, Inpainting, LinearPhysics, MultiCoilMRI, SequentialMRI
from tests.example import kernel, random


def array(*shape: int, seed: int = 5) -> Tensor:
    return torch.complex(random(*shape, seed=seed, low=-1), random(*shape, seed=seed + 1, low=-1)).to(torch.complex128)


MASK = (random(6, 5) > 0.4).double()
ROWS = torch.zeros(6, 5).double()
ROWS[1::2] = 1
MASKS = (random(3, 6, 5) > 0.4).double()
MAPS = array(3, 6, 5)

CASES: dict[str, tuple[Callable[[Tensor], LinearPhysics], Tensor, tuple[int, ...]]] = {
    "MRI": (MRI, MASK, (2, 1, 6, 5)),
    "DynamicMRI": (DynamicMRI, MASKS, (2, 1, 3, 6, 5)),
    "SequentialMRI": (SequentialMRI, MASKS, (2, 1, 6, 5)),
    "MultiCoilMRI": (lambda mask: MultiCoilMRI(mask, MAPS), MASK, (2, 1, 6, 5)),
    "SENSE": (lambda mask: MultiCoilMRI(mask, MAPS), ROWS, (2, 1, 6, 5)),
    "films": (lambda mask: MultiCoilMRI(mask, MAPS), MASKS, (2, 1, 3, 6, 5)),
    "Inpainting": (Inpainting, MASK, (2, 1, 6, 5)),
    "blurred": (lambda mask: Inpainting(mask) @ BlurFFT(kernel(3, 3).double()), MASK, (2, 1, 6, 5)),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("hidden", [torch.nan, torch.inf, -9999.0])
def test_nothing_of_it_is_read(name: str, hidden: float) -> None:
    make, mask, shape = CASES[name]
    physics, x = make(mask), array(*shape)
    x = x.real if name == "blurred" else x
    y = physics.A(x)
    bad = torch.where(physics.seen(y), y, hidden)
    assert not torch.equal(bad, y)
    for answer in (
        physics.A_adjoint,
        physics.A_dagger,
        lambda z: physics.solve_regularized(z, 0.1),
        lambda z: physics.vjp(x, z),
    ):
        torch.testing.assert_close(answer(bad), answer(y), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ["MRI", "MultiCoilMRI", "SequentialMRI", "Inpainting"])
def test_what_is_seen_still_counts(name: str) -> None:
    make, mask, shape = CASES[name]
    physics = make(mask)
    y = physics.A(array(*shape))
    first = tuple(physics.seen(y).expand(y.shape).nonzero()[0])
    y[first] = torch.nan
    back = physics.A_adjoint(y)
    assert back[0].isnan().any()
    assert back[1].isfinite().all()


@pytest.mark.parametrize("name", CASES)
def test_gradients_are_finite_and_those_of_zeros(name: str) -> None:
    make, mask, shape = CASES[name]
    x = array(*shape).real if name == "blurred" else array(*shape)
    found = []
    for hidden in (torch.nan, 0.0):
        weights = mask.clone().requires_grad_()
        physics = make(weights)
        y = torch.where(make(mask).seen(physics.A(x)), physics.A(x).detach(), hidden).requires_grad_()
        energy = (physics.A_adjoint(y) - 0.3).abs().square().sum()
        found.append(torch.autograd.grad(energy, (weights, y)))
    torch.testing.assert_close(found[0], found[1], rtol=1e-9, atol=1e-9)


def test_weights_of_samples_not_taken_have_a_gradient() -> None:
    """Nothing is cut off where the data are finite: a mask may be learned from zero."""
    weights = MASK.clone().requires_grad_()
    y = array(1, 1, 6, 5)
    (MRI(weights).A_adjoint(y) * array(1, 1, 6, 5, seed=9)).real.sum().backward()
    assert (weights.grad[MASK == 0].abs() > 1e-3).all()
