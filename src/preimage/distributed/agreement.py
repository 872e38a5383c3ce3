"""Whether all processes hold the same operator or network."""

import hashlib

import torch
from torch import nn

from preimage.distributed.mesh import Mesh
from preimage.errors import ArgumentError

__all__ = ["require_same"]


def require_same(thing: nn.Module, mesh: Mesh) -> None:
    """Require that parameters and fields of ``thing`` are equal in all processes, to the bit.

    A network whose weights each process drew for itself would make a picture of several networks, without a word.

    Raises:
        ArgumentError: they differ; all processes raise it.
    """
    if mesh.size == 1:
        return
    digest = hashlib.sha256()
    device = torch.device("cpu")
    for name, tensor in thing.state_dict().items():
        device = tensor.device
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
        digest.update(tensor.detach().cpu().reshape(-1).view(torch.uint8).numpy())
    number = torch.tensor([int.from_bytes(digest.digest()[:8], "big", signed=True)], device=device)
    others = mesh.gather(number).flatten().tolist()
    differing = [rank for rank, other in enumerate(others) if other != others[0]]
    if differing:
        raise ArgumentError(
            f"`thing` must be the same in every process, got another {type(thing).__name__} in {differing} than in "
            "process 0; load it from a file, or call torch.manual_seed before it is made."
        )
