"""The patches that are like one patch, and what they share with it."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.explain.dictionary import Dictionary
from preimage.explain.scene import CodedPart

__all__ = ["Neighbours"]


@dataclass(frozen=True)
class Neighbours:
    """Similarities ``S_ij`` of one patch ``i`` with those in its window, and the codes of the most similar.

    Attributes:
        map: the similarity of the patch around each pixel of the part, (height, width), in [0, 1]; zero outside the
            window, and where no patch has its centre.
        size: ``sum_j c_ij S_ij``: as how many equal patches of a full grid the group counts, patch ``i`` among them.
        places: centres, row and column in the picture, (n, 2), the most similar first; the first is patch ``i``.
        weights: their similarities, (n,).
        codes: (n, K), in the order of the :class:`Dictionary`.
    """

    map: Tensor
    size: float
    places: Tensor
    weights: Tensor
    codes: Tensor

    @staticmethod
    def of(part: CodedPart, number: int, dictionary: Dictionary, most: int) -> "Neighbours":
        """The patch ``number`` of ``part`` and the ``most`` patches that are most like it."""
        row = part.similarities(number)
        box = part.part
        places = part.centres - torch.tensor([box.top, box.left], device=row.device)
        limits = torch.tensor([box.height, box.width], device=row.device)
        inside = ((places >= 0) & (places < limits)).all(1)
        drawn = row.new_zeros(box.height, box.width)
        drawn[places[inside, 0], places[inside, 1]] = row[inside]
        ranked = row.clone()
        ranked[number] = torch.inf
        best = torch.sort(ranked, descending=True, stable=True).indices[: most + 1]
        best = best[row[best] > 0] if float(row[number]) > 0 else best[:1]
        return Neighbours(
            drawn,
            float(part.group_sizes()[number]),
            part.centres[best],
            row[best],
            part.codes[best][:, dictionary.numbers],
        )

    def support(self) -> Tensor:
        """Which atoms each patch uses, (n, K)."""
        return self.codes != 0

    def window(self) -> tuple[slice, slice]:
        """The rows and columns of ``map`` that are not all zero; all of them where everything is."""
        return _extent(self.map.sum(1)), _extent(self.map.sum(0))

    def rows(self) -> Tensor:
        """The atoms that any of the patches uses, the most used of the dictionary first."""
        return torch.nonzero(self.support().any(0)).flatten()

    def shared(self) -> Tensor:
        """For each patch, the atoms it has in common with the first, over those that either of them has, (n,)."""
        support = self.support()
        both, either = (support & support[0]).sum(1), (support | support[0]).sum(1)
        return torch.where(either > 0, both / either.clamp_min(1), torch.ones_like(self.weights))


def _extent(values: Tensor) -> slice:
    places = torch.nonzero(values).flatten()
    return slice(int(places[0]), int(places[-1]) + 1) if len(places) else slice(0, len(values))
