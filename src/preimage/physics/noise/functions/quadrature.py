"""Gauss and Legendre's rule for many integrals at once."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

__all__ = ["nodes_in_parts"]

_TOGETHER = 1 << 18  # numbers worked on at once, nodes times integrals


def nodes_in_parts(count: int, like: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Nodes in [-1, 1] and weights of the rule with ``count`` nodes, (n, 1, ..., 1) before the axes of ``like``.

    Few integrals get all nodes in one part, many get them in several, so that memory stays bounded.
    """
    nodes, weights = (torch.from_numpy(part).to(like) for part in np.polynomial.legendre.leggauss(count))
    size = max(1, _TOGETHER // max(like.numel(), 1))
    shape = (-1, *(1,) * like.ndim)
    for some, theirs in zip(nodes.split(size), weights.split(size), strict=True):
        yield some.reshape(shape), theirs.reshape(shape)
