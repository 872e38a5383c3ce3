import pytest
import torch
from torch import Tensor

from preimage._tree import Measurement
from preimage.denoisers import DnCNN, EquivariantDenoiser
from preimage.models import EquivariantReconstructor, equivariant
from preimage.physics import Blur, Inpainting, LinearPhysics, Physics, transform_domain
from preimage.reconstructor import Reconstructor
from preimage.transform import Dihedral, FiniteGroup, Reflect, Rotate, Shift
from tests.doubles import Square
from tests.example import Example


class Uneven(Reconstructor):
    """The adjoint, brighter to the right and blurred downwards: equivariant under nothing."""

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        x = physics.A_adjoint(y) if isinstance(physics, LinearPhysics) else y.sqrt()
        return torch.linspace(0, 1, x.shape[-1], dtype=x.real.dtype) * x + x.roll(1, -2).tanh()


EXAMPLES = {EquivariantReconstructor: [Example(lambda: EquivariantReconstructor(Uneven(), Reflect()))]}

GROUPS = [Rotate(), Reflect((-1,)), Rotate(180) * Reflect((-2,)), Dihedral(), Shift()]


@pytest.mark.parametrize("group", GROUPS, ids=["turns", "flips", "klein", "square", "shifts"])
def test_a_reconstructor_is_equivariant(group: FiniteGroup, rng: torch.Generator) -> None:
    """``F(y, A T_h) = T_h^-1 F(y, A)``, whatever ``y``, for an operator without symmetries."""
    mask = (torch.rand(1, 1, 3, 4, generator=rng) < 0.6).double()
    physics = Inpainting(mask) @ Blur(torch.rand(1, 1, 2, 3, generator=rng, dtype=torch.float64), padding="circular")
    y = torch.rand(2, 1, 3, 4, generator=rng, dtype=torch.float64)
    model, plain = equivariant(Uneven(), group), Uneven()
    differences = []
    for params in group.elements(y):
        seen = transform_domain(physics, group, params)
        torch.testing.assert_close(model(y, seen), group.inverse(model(y, physics), params))
        differences.append(float((plain(y, seen) - group.inverse(plain(y, physics), params)).abs().max()))
    assert max(differences) > 0.1


def test_so_it_is_where_the_physics_is_not_linear(rng: torch.Generator) -> None:
    y = torch.rand(2, 1, 4, 4, generator=rng, dtype=torch.float64)
    model, group = equivariant(Uneven(), Dihedral()), Dihedral()
    for params in group.elements(y):
        seen = transform_domain(Square(), group, params)
        torch.testing.assert_close(model(y, seen), group.inverse(model(y, Square()), params))


def test_a_denoiser_becomes_an_equivariant_denoiser() -> None:
    assert type(equivariant(DnCNN(1, width=4, depth=3), Rotate())) is EquivariantDenoiser
