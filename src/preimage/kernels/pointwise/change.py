"""How far a step has moved: the norms of a difference and of what it led to, in one pass."""

import torch
from torch import Tensor
from torch.overrides import handle_torch_function, has_torch_function

from preimage.kernels.pointwise.change_loops import norms_in_loops
from preimage.machine.compiler import can_compile

__all__ = ["change_and_size", "relative_norm"]

_PIECE = 1 << 17  # entries for which the difference stays in the cache


def change_and_size(old: Tensor, new: Tensor) -> tuple[Tensor, Tensor]:
    """``||new - old||`` and ``||new||`` of each sample, (B,) each, for tensors of one shape, batch first."""
    if has_torch_function((old, new)):
        return handle_torch_function(change_and_size, (old, new), old, new)
    old, new = _real(old, new)
    if can_compile(old, new):
        change, size, _ = norms_in_loops(old, new)
        return change, size
    old, new = old.flatten(1), new.flatten(1)
    piece = max(1, _PIECE if new.device.type == "cpu" else new.shape[1])
    pairs = zip(old.split(piece, 1), new.split(piece, 1), strict=True)
    parts = [torch.linalg.vector_norm(after - before, dim=1) for before, after in pairs]
    return torch.linalg.vector_norm(torch.stack(parts), dim=0), torch.linalg.vector_norm(new, dim=1)


def relative_norm(old: Tensor, new: Tensor) -> Tensor:
    """``||new - old|| / ||new||`` of each sample, (B,): zero where nothing changed, the numerator over zero.

    For tensors of one shape, batch first.
    """
    if not has_torch_function((old, new)) and can_compile(*_real(old, new)):
        return norms_in_loops(*_real(old, new))[2]
    change, size = change_and_size(old, new)
    return torch.where(change == 0, 0, change / torch.where(size == 0, 1, size))


def _real(old: Tensor, new: Tensor) -> tuple[Tensor, Tensor]:
    """Two complex tensors as real ones of twice as many numbers; others as they are."""
    if old.is_complex() and new.is_complex():
        return torch.view_as_real(old.resolve_conj()), torch.view_as_real(new.resolve_conj())
    return old, new
