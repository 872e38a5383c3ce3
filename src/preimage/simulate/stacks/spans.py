"""The values of a stack that become 0 and 1 before it is measured, and back."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from torch import Tensor

from preimage.files import StoredArray
from preimage.restore.stacks.planes import ValueSpan, find_span
from preimage.restore.stacks.survey import channel_values

__all__ = ["as_values", "find_spans", "recorded_spans"]


def find_spans(array: StoredArray, keeps: Literal["black", "zero"]) -> tuple[ValueSpan, ...]:
    """One for each channel, from its values but one in a thousand at either end.

    Args:
        array: the stack.
        keeps: ``black``: the least value becomes 0; ``zero``: zero stays zero, and values are only scaled.
    """
    return tuple(map(find_span if keeps == "black" else _scale, channel_values(array)))


def recorded_spans(entry: Mapping[str, Any]) -> tuple[ValueSpan, ...]:
    """Those of a record."""
    return tuple(ValueSpan(float(low), float(high)) for low, high in entry["spans"])


def as_values(y: Tensor, span: ValueSpan, shape: Sequence[int]) -> np.ndarray:
    """A measured plane (C, H, W) in the units of the stack, of ``shape``: 0 is ``span.low``, 1 ``span.high``."""
    stored = y.resolve_conj().movedim(0, -1).numpy()
    wide = stored.astype(np.complex128 if y.is_complex() else np.float64)
    return (span.low + span.width * wide).reshape(tuple(shape))


def _scale(values: np.ndarray) -> ValueSpan:
    """From zero to the largest size of a value but one in a thousand."""
    sizes = np.abs(values[np.isfinite(values)].astype(np.float64))
    high = float(np.quantile(sizes, 0.999)) if sizes.size else 0.0
    high = high or (float(sizes.max()) if sizes.size else 0.0)
    return ValueSpan(0.0, high or 1.0)
