"""The atoms of a sparse model, the most used ones first."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.explain.scene import CodedPart
from preimage.models.sparse import SC

__all__ = ["Dictionary"]


@dataclass(frozen=True)
class Dictionary:
    r"""The columns of ``W``, of which patches are put together, sorted by use.

    Attributes:
        atoms: (K, C, patch, patch), the most used first.
        use: share of the energy, (K,): ``sum_i a_ik^2 ||w_k||^2``, over what all atoms together have. It sums to one,
            unless no patch uses any atom: then it is zero.
        frequency: share of the patches in whose code the atom is, (K,).
        numbers: the column of ``W`` that each atom is, (K,).
        patches: number of patches ``i`` that were looked at.
        non_zeros: atoms in the code of a patch, on average.
    """

    atoms: Tensor
    use: Tensor
    frequency: Tensor
    numbers: Tensor
    patches: int
    non_zeros: float

    @staticmethod
    def measured(model: SC, parts: Sequence[CodedPart]) -> "Dictionary":
        """The dictionary of ``model`` with its use in ``parts`` of a picture."""
        squares = torch.stack([part.codes.double().square().sum(0) for part in parts]).sum(0)
        present = torch.stack([(part.codes != 0).double().sum(0) for part in parts]).sum(0)
        energy = squares * model.output.double().square().sum(0)
        count = sum(len(part.codes) for part in parts)
        numbers = torch.sort(energy, descending=True, stable=True).indices
        use = energy / energy.sum() if float(energy.sum()) > 0 else energy
        atoms = model.output.T.reshape(len(energy), -1, model.patch, model.patch)
        return Dictionary(
            atoms[numbers], use[numbers], (present / count)[numbers], numbers, count, float(present.sum()) / count
        )
