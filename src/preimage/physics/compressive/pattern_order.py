"""The order in which a single-pixel camera shows its patterns."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.transform import sequency_order

__all__ = ["pattern_order"]


def pattern_order(shape: tuple[int, int], order: str) -> Tensor:
    r"""The Walsh-Hadamard patterns of a ``shape``, numbered by rows as the natural order has them, in another order.

    A pattern is the product of a column with ``u`` sign changes and a row with ``v``, its sequencies. Orders are

    * "natural": as in the Hadamard matrix of Sylvester;
    * "sequency": by the sign changes of the pattern read row after row (Walsh 1923);
    * "zig-zag": by ``u + v``, diagonals in turn up and down, as coefficients of JPEG are read;
    * "cake-cutting": by ``(u + 1) (v + 1)``, the number of pieces of one sign (Yu, Sensors 2019);
    * "xy": by ``u v + (u^2 + v^2) / 4``.

    Of patterns that tie, those with the smaller ``u + v`` come first, then those with the smaller ``u``.

    Args:
        shape: rows and columns, powers of two.
        order: one of the names.

    Shapes: (rows * columns,), integers.

    Raises:
        ArgumentError: there is no such order.
        ShapeError: a size is no power of two.
    """
    if order not in _ORDERS:
        raise ArgumentError(f"`order` must be one of {', '.join(_ORDERS)}, got {order!r}; 'cake-cutting' is usual.")
    rows, columns = sequency_order(shape[0]), sequency_order(shape[1])
    if order == "natural":
        return torch.arange(len(rows) * len(columns))
    if order == "sequency":
        return sequency_order(len(rows) * len(columns))
    u, v = torch.meshgrid(torch.arange(len(rows)), torch.arange(len(columns)), indexing="ij")
    places = torch.arange(u.numel())
    for key in (u, u + v, _ORDERS[order](u, v)):  # from the last key to the first: a stable sort keeps what ties
        places = places[key.flatten()[places].argsort(stable=True)]
    return (rows[:, None] * len(columns) + columns).flatten()[places]


def _zig_zag(u: Tensor, v: Tensor) -> Tensor:
    """Diagonals, each in its direction: the place on it is a fraction."""
    diagonal = u + v
    return diagonal + torch.where(diagonal % 2 == 0, v, u) / (diagonal + 1)


def _pieces(u: Tensor, v: Tensor) -> Tensor:
    return (u + 1) * (v + 1)


def _xy(u: Tensor, v: Tensor) -> Tensor:
    return 4 * u * v + u * u + v * v


def _unsorted(u: Tensor, v: Tensor) -> Tensor:
    """The order comes from the numbers of the patterns."""
    return torch.zeros_like(u)


_ORDERS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "natural": _unsorted,
    "sequency": _unsorted,
    "zig-zag": _zig_zag,
    "cake-cutting": _pieces,
    "xy": _xy,
}
