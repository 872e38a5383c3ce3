"""Checkpoints: files of tensors, read without running code, and put into a network."""

from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from preimage.errors import ArgumentError, WeightsError
from preimage.files.digest import read_sha256

__all__ = ["load_file", "read_tensors", "sha256"]

# Where training programs keep the network; the averaged weights come first.
_WRAPPERS = ("params_ema.", "params.", "state_dict.", "model.", "module.")
# What published files keep beside the weights, and the networks here compute, or do not need once they are trained.
_CONSTANTS = (".relative_position_index", ".attn_mask", "map_augment.weight")

N = TypeVar("N", bound=nn.Module)


def load_file(path: str | Path, network: N) -> N:
    """Fill ``network`` with the checkpoint ``path`` and put it in evaluation mode.

    Args:
        path: ``.safetensors``, or ``.pth`` / ``.pt`` (read with ``weights_only=True``: tensors, no code). Tensors below
            a name such as ``params``, ``params_ema`` or ``state_dict``, as programs for training write them, are found;
            of two sets the averaged one.
        network: a network of the same architecture; its weights change.

    Raises:
        WeightsError: the file is missing or damaged, or its tensors are not the network's.
    """
    expected = network.state_dict()
    state = _unwrapped(read_tensors(path), expected)
    _check_names(state, expected, network, Path(path))
    for name, value in state.items():
        if value.layout != torch.strided or value.is_quantized or value.is_complex() or value.is_meta:
            raise WeightsError(f"`path` must hold plain real tensors, got {name!r} of another kind; convert the file.")
        if value.shape != expected[name].shape:
            raise WeightsError(
                f"`path` must hold {name!r} of shape {tuple(expected[name].shape)}, got {tuple(value.shape)}; "
                f"build {type(network).__name__} with the arguments it was trained with."
            )
    network.load_state_dict(state)
    return network.eval()


def sha256(path: str | Path) -> str:
    """Hexadecimal SHA-256 of a file.

    Args:
        path: the file.

    Raises:
        WeightsError: the file cannot be read.
    """
    try:
        return read_sha256(Path(path))
    except OSError as error:
        raise WeightsError(f"`path` must be a readable file, got {path}: {error.strerror}; check the path.") from error


def read_tensors(path: str | Path) -> dict[str, Tensor]:
    """The tensors of a checkpoint by name.

    Args:
        path: ``.safetensors``, or ``.pth`` / ``.pt`` (read with ``weights_only=True``: tensors, no code).

    Raises:
        ArgumentError: the file is of another kind.
        WeightsError: it is missing or damaged.
    """
    from safetensors.torch import load_file as load_safetensors

    path = Path(path)
    if path.suffix not in {".safetensors", ".pth", ".pt"}:
        raise ArgumentError(f"`path` must end in .safetensors, .pth or .pt, got {path.name!r}; convert the file.")
    try:
        if path.suffix == ".safetensors":
            return load_safetensors(path)
        return _flat(torch.load(path, map_location="cpu", weights_only=True))
    except UnpicklingError as error:
        raise WeightsError(f"`path` must hold tensors only, got {path}, which does not; convert the file.") from error
    except Exception as error:  # readers raise errors of every kind on damaged files
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise WeightsError(f"`path` must be a readable checkpoint, got {path}: {reason}; fetch it again.") from error


def _flat(tree: Any, prefix: str = "") -> dict[str, Tensor]:
    """Tensors of nested dictionaries under dotted names; a published bank of networks is such a nest."""
    if not isinstance(tree, Mapping):
        raise ValueError(f"a dictionary of tensors is expected, found {type(tree).__name__}")
    tensors = {}
    for name, value in tree.items():
        if isinstance(value, Mapping):
            tensors |= _flat(value, f"{prefix}{name}.")
        elif isinstance(value, Tensor):
            tensors[f"{prefix}{name}"] = value
    return tensors


def _unwrapped(state: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The network's own tensors, of files that keep them below another name, or constants beside them."""
    for wrapper in _WRAPPERS:
        if any(name.startswith(wrapper) for name in state) and not any(name.startswith(wrapper) for name in expected):
            state = {name.removeprefix(wrapper): value for name, value in state.items() if name.startswith(wrapper)}
    return {name: value for name, value in state.items() if name in expected or not name.endswith(_CONSTANTS)}


def _check_names(state: Mapping[str, Tensor], expected: Mapping[str, Tensor], network: nn.Module, path: Path) -> None:
    missing, unexpected = sorted(expected.keys() - state.keys()), sorted(state.keys() - expected.keys())
    if missing or unexpected:
        told = [
            f"{len(keys)} {what} ({', '.join(keys[:3])}{', ...' if len(keys) > 3 else ''})"
            for what, keys in (("missing", missing), ("unexpected", unexpected))
            if keys
        ]
        raise WeightsError(
            f"`path` must hold the {len(expected)} tensors of {type(network).__name__}, got {path.name} with "
            f"{' and '.join(told)}; build the network with the arguments it was trained with."
        )
