"""CentralizedSC: sparse codes that stay close to those of similar patches."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from preimage.models.sparse.groupsc import NonLocalSC, Search
from preimage.models.sparse.shrinkage import centralized_threshold
from preimage.models.sparse.similarity import SimilarityMatrix

__all__ = ["CentralizedSC"]


class CentralizedSC(NonLocalSC):
    r"""Sparse codes by the prox of ``t_k |u_ik| + p_k |u_ik - b_ik|``, where ``b_i`` is the mean of similar codes.

    ``b_i = sum_j S_ij u_j / sum_j S_ij``. The pulls ``p_k`` are learned, for every step and level, as the thresholds.

    Args:
        channels, patch, atoms, n_steps, levels, search: as for :class:`NonLocalSC`.

    Source: Dong, Zhang, Shi, Li, "Nonlocally centralized sparse representation for image restoration", IEEE TIP 2013,
    made trainable; Lecouat, Ponce, Mairal 2020 compare :class:`GroupSC` with such a model.
    """

    def __init__(
        self,
        channels: int = 1,
        patch: int | None = None,
        atoms: int = 256,
        n_steps: int = 24,
        levels: Sequence[float] | Tensor = (25 / 255,),
        search: Search | None = None,
    ) -> None:
        super().__init__(channels, patch, atoms, n_steps, levels, search)
        self.pulls = nn.Parameter(torch.full_like(self.thresholds, 0.005))

    def _shrunk(self, codes: Tensor, k: int, level: Tensor, similarity: SimilarityMatrix) -> Tensor:
        threshold, pull = (self._at(values, level)[:, k].clamp_min(0) for values in (self.thresholds, self.pulls))
        return centralized_threshold(codes, threshold, pull, similarity, not torch.is_grad_enabled())
