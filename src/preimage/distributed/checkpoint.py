"""States of algorithms on disk, so that a run whose process was lost goes on where it was."""

from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor

from preimage.distributed.mesh import Mesh
from preimage.distributed.sharded import ShardedTensor
from preimage.errors import ArgumentError
from preimage.solve import tensors_of, with_tensors

__all__ = ["load_state", "save_state"]

S = TypeVar("S")


def save_state(folder: str | Path, state: Any, mesh: Mesh) -> None:
    """Write this process' part of the ``state`` of an algorithm into ``folder``, one file for each process and step.

    A file appears whole or not at all, and the state before the last is kept: when a process is lost while others
    write, all have that one. Called as a callback, ``lambda number, state: save_state(folder, state, mesh)``, or every
    so many steps.

    Args:
        folder: made if it is not there; one that all processes see, or one of each.
        state: a state with a counter ``k``.
        mesh: the processes.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    tensors = [_plain(tensor).clone() for tensor in tensors_of(state)]
    target = _file(place, mesh, state.k)
    hidden = target.with_suffix(".part")
    torch.save({"size": mesh.size, "tensors": tensors}, hidden)
    hidden.replace(target)
    for old in sorted(_steps(place, mesh))[:-2]:
        _file(place, mesh, old).unlink(missing_ok=True)


def load_state(folder: str | Path, like: S, mesh: Mesh) -> S | None:
    """The newest state that all processes have in ``folder``; ``None`` where there is none.

    Args:
        folder: where :func:`save_state` wrote.
        like: a state of the same algorithm and problem, such as ``algorithm.step(f, g, algorithm.init(x))``, which
            tells what the tensors belong to.
        mesh: the processes, as many as wrote.

    Raises:
        ArgumentError: the files are of another number of processes, or of another problem.
    """
    place = Path(folder)
    models = tensors_of(like)
    newest = torch.tensor(max(_steps(place, mesh), default=-1), device=models[0].device)
    common = int(mesh.gather(newest).min())
    if common < 0:
        return None
    file = _file(place, mesh, common)
    kept = torch.load(file, weights_only=True)
    shapes = [tuple(tensor.shape) for tensor in kept["tensors"]]
    if kept["size"] != mesh.size or shapes != [tuple(_plain(model).shape) for model in models]:
        raise ArgumentError(
            f"`folder` must hold a state of this problem by {mesh.size} processes, got {file} with tensors {shapes} of "
            f"{kept['size']}; start as many processes as wrote it, or give another folder."
        )
    tensors = [_shared(tensor, model) for tensor, model in zip(kept["tensors"], models, strict=True)]
    return _counted(with_tensors(like, tensors), common)


def _plain(tensor: Tensor) -> Tensor:
    return (tensor.local if isinstance(tensor, ShardedTensor) else tensor).detach()


def _shared(tensor: Tensor, model: Tensor) -> Tensor:
    tensor = tensor.to(model.device)
    return model.part(tensor) if isinstance(model, ShardedTensor) else tensor


def _file(folder: Path, mesh: Mesh, step: int) -> Path:
    return folder / f"step{step:08d}.process{mesh.rank}.pt"


def _steps(folder: Path, mesh: Mesh) -> list[int]:
    return [int(path.name[4:12]) for path in folder.glob(f"step*.process{mesh.rank}.pt")]


def _counted(state: Any, step: int) -> Any:
    """``state`` with the counter ``step``."""
    return replace(state, k=step)
