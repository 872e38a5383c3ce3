"""Fourier transforms of batches that may be empty, and of half precision: what the libraries below refuse."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

__all__ = ["narrowed", "transformed", "widened"]

_HALF = (torch.float16, torch.bfloat16)


def transformed(transform: Callable[..., Tensor], x: Tensor, **options: Any) -> Tensor:
    """``transform(x, **options)`` for a transform that treats every entry of the first axis on its own.

    Half precision is transformed in single precision, and stays there.
    """
    if x.dtype in _HALF:
        x = x.float()
    is_empty = not x.shape[0]
    result = transform(torch.cat([x, x.new_zeros((1, *x.shape[1:]))]) if is_empty else x, **options)
    return result[:0] if is_empty else result


def widened(x: Tensor) -> Tensor:
    """``x`` in single precision where it is of half precision."""
    return x.float() if x.dtype in _HALF else x


def narrowed(result: Tensor, like: Tensor) -> Tensor:
    """A real ``result`` in the precision of ``like`` where that is half; complex numbers have no usable half."""
    return result.to(like.dtype) if like.dtype in _HALF and not result.is_complex() else result
