"""Samples as rows of named columns, and back."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage._tree import Measurement
from preimage.datasets.sample import Sample
from preimage.errors import ShapeError

__all__ = ["Row", "row_of", "sample_of"]

Row = dict[str, np.ndarray]
"""The arrays of one sample by the names of their columns: ``x``, ``y`` or ``y/0``, ``params/sigma``."""


def row_of(sample: Sample) -> Row:
    """The arrays of a sample; those of a tuple of measurements are called ``y/0``, ``y/1`` and so on."""
    tensors = {} if sample.x is None else {"x": sample.x}
    tensors |= _leaves("y", sample.y)
    tensors |= {f"params/{name}": sample.params[name] for name in sorted(sample.params)}
    return {name: _array(name, tensor) for name, tensor in tensors.items()}


def sample_of(row: Mapping[str, np.ndarray]) -> Sample:
    """The sample whose arrays these are."""
    tensors = {name: torch.from_numpy(array) for name, array in row.items()}
    params = {name.removeprefix("params/"): value for name, value in tensors.items() if name.startswith("params/")}
    measured: dict[str, Any] = {}
    for name, value in tensors.items():
        if name == "y" or name.startswith("y/"):
            *above, last = name.split("/")
            place = measured
            for part in above:
                place = place.setdefault(part, {})
            place[last] = value
    return Sample(tensors.get("x"), _tuples(measured.get("y")), params)


def _leaves(name: str, tree: Measurement) -> dict[str, Tensor]:
    if tree is None:
        return {}
    if not isinstance(tree, tuple):
        return {name: tree}
    return {key: leaf for index, item in enumerate(tree) for key, leaf in _leaves(f"{name}/{index}", item).items()}


def _tuples(tree: Any) -> Measurement:
    return tuple(_tuples(tree[key]) for key in sorted(tree, key=int)) if isinstance(tree, dict) else tree


def _array(name: str, tensor: Tensor) -> np.ndarray:
    if tensor.numel() == 0 or tensor.dtype == torch.bfloat16:
        raise ShapeError(
            f"`images` must give samples with numbers that HDF5 has, got `{name}` of {tuple(tensor.shape)} "
            f"{tensor.dtype}; leave it out or convert it."
        )
    array = tensor.detach().cpu().resolve_conj().resolve_neg().numpy()
    return np.ascontiguousarray(array, array.dtype.newbyteorder("<")).reshape(array.shape)
