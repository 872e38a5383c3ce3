"""The code of one patch."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.explain.dictionary import Dictionary
from preimage.explain.scene import CodedPart

__all__ = ["PatchCode"]


@dataclass(frozen=True)
class PatchCode:
    """How a model puts a patch together: its mean, plus the atoms in its code times their coefficients.

    Attributes:
        corner: row and column of its first pixel in the picture; negative where it reaches over the border.
        measured: its pixels, (C, patch, patch).
        mean: the mean of what was measured.
        code: coefficients (K,) in the order of the :class:`Dictionary`; zero for atoms that are not used.
        used: places in ``code`` that are not zero, those first that add the most energy ``a_k^2 ||w_k||^2``, (k,).
        added: what they add, (k, C, patch, patch), in the same order.
    """

    corner: tuple[int, int]
    measured: Tensor
    mean: float
    code: Tensor
    used: Tensor
    added: Tensor

    @staticmethod
    def of(part: CodedPart, number: int, dictionary: Dictionary) -> "PatchCode":
        """The code of the patch ``number`` of ``part``."""
        atoms = dictionary.atoms
        code = part.codes[number, dictionary.numbers]
        energy = (code.square() * atoms.square().sum((1, 2, 3))).masked_fill(code == 0, -1)
        used = torch.sort(energy, descending=True, stable=True).indices[: int((code != 0).sum())]
        row, column = (part.centres[number] - atoms.shape[-1] // 2).tolist()
        return PatchCode(
            (row, column), (part.patches[number] + part.means[number]).reshape(atoms.shape[1:]),
            float(part.means[number]), code, used, code[used, None, None, None] * atoms[used],
        )  # fmt: skip

    def partial_sums(self) -> Tensor:
        """The mean, then with one atom more each, (k + 1, C, patch, patch)."""
        steps = torch.cat([torch.zeros_like(self.measured)[None], self.added])
        return self.mean + steps.cumsum(0)

    def estimate(self) -> Tensor:
        """The restored patch, (C, patch, patch), before it is averaged with those that overlap it."""
        return self.mean + self.added.sum(0)
