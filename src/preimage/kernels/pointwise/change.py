"""How far a step has moved: the norms of a difference and of what it led to, in one pass."""

import torch
from torch import Tensor
from torch.overrides import handle_torch_function, has_torch_function

from preimage.kernels.pointwise.change_loops import norms_in_loops
from preimage.machine.compiler import can_compile

__all__ = ["change_and_size"]

_PIECE = 1 << 17  # entries for which the difference stays in the cache


def change_and_size(old: Tensor, new: Tensor) -> tuple[Tensor, Tensor]:
    """``||new - old||`` and ``||new||`` of each sample, (B,) each, for tensors of one shape, batch first."""
    if has_torch_function((old, new)):
        return handle_torch_function(change_and_size, (old, new), old, new)
    if old.is_complex() and new.is_complex():
        old, new = torch.view_as_real(old.resolve_conj()), torch.view_as_real(new.resolve_conj())
    old, new = old.flatten(1), new.flatten(1)
    if can_compile(old, new):
        return norms_in_loops(old, new)
    piece = max(1, _PIECE if new.device.type == "cpu" else new.shape[1])
    pairs = zip(old.split(piece, 1), new.split(piece, 1), strict=True)
    parts = [torch.linalg.vector_norm(after - before, dim=1) for before, after in pairs]
    return torch.linalg.vector_norm(torch.stack(parts), dim=0), torch.linalg.vector_norm(new, dim=1)
