"""A tensor of which every process holds a part."""

from typing import Any

import torch
from torch import Tensor
from typing_extensions import Self

from preimage.distributed.mesh import Mesh
from preimage.distributed.placement import Placement
from preimage.distributed.rules import Call, answer
from preimage.distributed.variation import ShardedSteps
from preimage.errors import ShapeError
from preimage.kernels.variation.rof import rof_steps

__all__ = ["ShardedTensor", "as_part", "shard"]


class ShardedTensor(Tensor):
    """A part of a tensor whose rows (or another dimension) are shared among the processes of a mesh.

    It stands for the whole: what is computed pixel by pixel stays sharded, and a sum, a norm, a maximum over the shared
    dimension is that of the whole, the same number in every process. So algorithms work on it as they are. ``shape`` is
    that of the whole. An operation that is not known to be right raises ``CapabilityError``: nothing is gathered in
    secret, and nothing is computed of a part alone.

    Made by :func:`shard`, and by operators that :func:`distribute` made.

    Args:
        local: the part of this process.
        placement: the processes, the shared dimension, and the size of every part.
    """

    placement: Placement

    def __new__(cls, local: Tensor, placement: Placement) -> Self:
        """``local`` in the same memory, as a part; gradients flow through."""
        return local.as_subclass(cls)

    def __init__(self, local: Tensor, placement: Placement) -> None:
        super().__init__()
        self.placement = placement

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """The answer of an operation of PyTorch, by the rules of ``preimage.distributed.rules``."""
        if func is rof_steps:
            return ShardedSteps(*args)
        placed = _placements(args) + _placements(tuple((kwargs or {}).values()))
        with torch._C.DisableTorchFunctionSubclass():  # pyright: ignore[reportPrivateImportUsage]
            result, placement = answer(Call(func, tuple(args), dict(kwargs or {}), placed))
        return _wrapped(result, placement)

    @property
    def local(self) -> Tensor:
        """The part of this process, a plain tensor of the same memory; gradients flow through."""
        return self.as_subclass(Tensor)

    def whole(self) -> Tensor:
        """The whole tensor, a plain one in every process, which must have the memory. No gradients flow through."""
        place = self.placement
        shape = self.local.shape
        shapes = [(*shape[: place.dim], size, *shape[place.dim + 1 :]) for size in place.lengths]
        parts = place.mesh.swap([self.local.detach()] * place.mesh.size, shapes)
        return torch.cat(parts, place.dim)

    def part(self, local: Tensor) -> Self:
        """``local`` as this process' part of a tensor that is shared like this one."""
        return as_part(local, self.placement)  # pyright: ignore[reportReturnType]

    def __deepcopy__(self, memo: Any) -> Self:
        """A copy of the part."""
        return self.part(self.local.detach().clone().requires_grad_(self.requires_grad))

    def __repr__(self, *, tensor_contents: object = None) -> str:
        """The shape of the whole, and which part of it this is."""
        mesh = self.placement.mesh
        return f"ShardedTensor({tuple(self.shape)}, part {mesh.rank} of {mesh.size} along {self.placement.dim})"


def as_part(local: Tensor, placement: Placement) -> ShardedTensor:
    """``local`` as the part of this process."""
    return ShardedTensor(local, placement)


def shard(x: Tensor, mesh: Mesh, dim: int = 2) -> ShardedTensor:
    """The part of this process of ``x``, which every process gives as a whole: parts are equal but for a row.

    A program that cannot hold the whole reads its part, ``mesh.split(rows)`` tells which, and gives it as
    ``shard_of(part, rows, mesh)``.

    Args:
        x: the whole, the same in every process.
        mesh: who shares it.
        dim: the dimension that is shared; 2 are the rows of images (B, C, H, W) and the planes of volumes.

    Raises:
        ShapeError: there are fewer rows than processes.
    """
    sizes = mesh.split(x.shape[dim])
    require_rows(sizes)
    place = Placement(mesh, dim % x.ndim, sizes)
    return as_part(x.narrow(place.dim, place.start, sizes[mesh.rank]).clone(), place)


def shard_of(part: Tensor, total: int, mesh: Mesh, dim: int = 2) -> ShardedTensor:
    """The tensor of ``total`` rows of which ``part`` is this process' share.

    Args:
        part: the rows ``mesh.split(total)`` gives to this process.
        total: the rows of all processes.
        mesh: who shares it.
        dim: the dimension that is shared.

    Raises:
        ShapeError: the part has another number of rows, or there are fewer rows than processes.
    """
    sizes = mesh.split(total)
    require_rows(sizes)
    if part.shape[dim] != sizes[mesh.rank]:
        raise ShapeError(
            f"`part` must have {sizes[mesh.rank]} of the {total} rows in process {mesh.rank} of {mesh.size}, got "
            f"{part.shape[dim]}; `mesh.split({total})` tells which rows are whose."
        )
    return as_part(part, Placement(mesh, dim % part.ndim, sizes))


def require_rows(sizes: tuple[int, ...]) -> None:
    """Require that every process has a row, or whatever is shared.

    Raises:
        ShapeError: one has none.
    """
    if min(sizes) < 1:
        raise ShapeError(
            f"`mesh` must not have more processes than there are rows (views, coils, operators) to share, got "
            f"{len(sizes)} for {sum(sizes)}; start fewer."
        )


def require_sharded(x: Tensor, name: str, dim: int) -> ShardedTensor:
    """``x``, which must be sharded along ``dim``.

    Raises:
        ShapeError: it is not.
    """
    if isinstance(x, ShardedTensor) and x.placement.dim == dim % x.ndim:
        return x
    got = f"one sharded along {x.placement.dim}" if isinstance(x, ShardedTensor) else f"a {type(x).__name__}"
    raise ShapeError(
        f"`{name}` must be sharded along dimension {dim % x.ndim}, got {got}; make it by physics.image(x), "
        "physics.measurement(y) or preimage.distributed.shard."
    )


def _placements(items: Any) -> list[tuple[Tensor, Placement]]:
    """The sharded tensors among arguments, lists and tuples of them included."""
    found: list[tuple[Tensor, Placement]] = []
    for item in items:
        if isinstance(item, ShardedTensor):
            found.append((item, item.placement))
        elif isinstance(item, (tuple, list)):
            found += _placements(item)
    return found


def _wrapped(result: Any, placement: Any) -> Any:
    """Tensors of ``result`` as parts, where a placement says so; in tuples each has its own."""
    if placement is None:
        return result
    if isinstance(result, (tuple, list)):
        return tuple(map(_wrapped, result, placement if isinstance(placement, list) else [placement] * len(result)))
    return result if isinstance(result, ShardedTensor) and result.placement == placement else as_part(result, placement)
