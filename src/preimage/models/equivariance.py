"""Models made equivariant under a finite group."""

from itertools import islice
from typing import overload

from torch import Tensor

from preimage._tree import Measurement
from preimage.denoisers import Denoiser, EquivariantDenoiser
from preimage.physics import Physics, transform_domain
from preimage.reconstructor import Reconstructor
from preimage.transform import FiniteGroup

__all__ = ["EquivariantReconstructor", "equivariant"]


class EquivariantReconstructor(Reconstructor):
    r"""The mean over a group, ``F(y, A) = 1/n sum_g T_g f(y, A T_g)``, so that ``F(y, A T_h) = T_h^-1 F(y, A)``.

    A measurement ``y`` of ``x`` by ``A T_g`` is one of ``T_g x`` by ``A``: it should not count which of the two
    descriptions a model is given.

    Args:
        model: ``f``.
        group: the transforms ``T_g``.

    Source: Sechaud, Scanvic, Barthelemy, Abry, Tachella, "Equivariant splitting", 2025.
    """

    def __init__(self, model: Reconstructor, group: FiniteGroup) -> None:
        super().__init__()
        self.model = model
        self.group = group

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The reconstruction of each sample of ``y``, by as many calls of the model as the group has elements."""
        total, count = self.model(y, physics), 1  # the identity
        for params in islice(self.group.elements(total), 1, None):
            view = self.model(y, transform_domain(physics, self.group, params))
            total, count = total + self.group.transform(view, params), count + 1
        return total / count


@overload
def equivariant(model: Denoiser, group: FiniteGroup) -> EquivariantDenoiser: ...


@overload
def equivariant(model: Reconstructor, group: FiniteGroup) -> EquivariantReconstructor: ...


def equivariant(model: Denoiser | Reconstructor, group: FiniteGroup) -> Denoiser | Reconstructor:
    """``model`` averaged over ``group``: exactly equivariant, at the cost of a call for each element.

    Args:
        model: a denoiser, which then commutes with the group; or a reconstructor, see
            :class:`EquivariantReconstructor`.
        group: a finite group, such as ``Rotate()``, ``Reflect()``, or their product ``Rotate() * Reflect((-1,))``.
    """
    return EquivariantDenoiser(model, group) if isinstance(model, Denoiser) else EquivariantReconstructor(model, group)
