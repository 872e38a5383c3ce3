"""What a dataset file says of how it was made, so that only the same run goes on with it."""

import hashlib
from collections.abc import Iterator, Mapping

import numpy as np
import torch
from torch import Tensor, nn

from preimage._module import Module
from preimage._tree import leaves
from preimage.datasets.hdf5.columns import FORMAT
from preimage.files.record_text import versions
from preimage.physics import Physics
from preimage.physics.generators import ParameterGenerator

__all__ = ["describe_generation", "differences", "physics_tensors"]

_LONGEST = 4000  # characters of a description; the digest tells of the rest


def describe_generation(
    physics: Physics, generator: ParameterGenerator | None, seed: int, groups: Mapping[str, int]
) -> dict[str, str | int]:
    """The attributes of the file: what measured, how noise and parameters were drawn, and by which versions."""
    return {
        "format": FORMAT,
        "groups": ",".join(groups),
        "physics": type(physics).__name__,
        "physics_description": repr(physics)[:_LONGEST],
        "physics_sha256": _digest(physics),
        "generator": repr(generator)[:_LONGEST],
        "generator_sha256": _digest(generator),
        "seed": seed,
        "preimage": versions()["preimage"],
        "torch": str(torch.__version__),
    }


def differences(there: Mapping[str, object], wanted: Mapping[str, object]) -> list[str]:
    """What differs between the attributes of a file and those wanted, in words."""
    names = [name for name in wanted if there.get(name) != wanted[name]]
    return [f"{name} is {_short(there.get(name))}, not {_short(wanted[name])}" for name in names]


def physics_tensors(physics: Physics) -> dict[str, np.ndarray]:
    """The tensors of the physics by their paths in the file."""
    state = physics.state_dict()
    return {f"physics/{name}": state[name].detach().cpu().resolve_conj().numpy() for name in sorted(state)}


def _digest(value: nn.Module | None) -> str:
    """The SHA-256 of how the value prints and of all tensors in it."""
    digest = hashlib.sha256(repr(value).encode())
    for tensor in [] if value is None else _tensors(value):
        array = tensor.detach().cpu().resolve_conj().resolve_neg().contiguous()
        digest.update(f"{tuple(array.shape)} {array.dtype}".encode())
        digest.update(array.reshape(-1).view(torch.uint8).numpy().tobytes() if array.numel() else b"")
    return digest.hexdigest()


def _tensors(value: nn.Module) -> Iterator[Tensor]:
    """Parameters and buffers, and the tensors in fields that are tuples."""
    state = value.state_dict()
    yield from (state[name] for name in sorted(state))
    for part in value.modules():
        for field in part.fields().values() if isinstance(part, Module) else ():
            if type(field) is tuple:
                yield from (leaf for leaf in leaves(field) if isinstance(leaf, Tensor))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
