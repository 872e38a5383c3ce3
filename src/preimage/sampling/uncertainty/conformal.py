"""Intervals that hold: how much wider they have to be, found on pictures whose truth is known."""

from collections.abc import Sequence

import torch
from torch import Tensor

from preimage._ranges import check_interval
from preimage.errors import ArgumentError, ShapeError

__all__ = ["conformal_factor", "coverage"]

_ROUNDING = 1e-12  # shares of pixels are compared, which are fractions


def coverage(error: Tensor, half_width: Tensor) -> Tensor:
    """The share of the numbers of each image whose error is at most the half-width, (B,).

    Args:
        error: ``x_hat - x``, (B, ...), of any sign.
        half_width: like ``error``.

    Raises:
        ShapeError: the shapes differ.
    """
    if error.shape != half_width.shape:
        raise ShapeError(
            f"`half_width` must have the shape of `error`, {tuple(error.shape)}, got {tuple(half_width.shape)}; "
            "a silent broadcast would compare other pixels."
        )
    return (error.abs() <= half_width).flatten(1).double().mean(1)


def conformal_factor(errors: Sequence[Tensor], widths: Sequence[Tensor], level: float = 0.9) -> float:
    r"""The least factor ``c`` for which ``|error| <= c width`` holds for a share ``level`` of a new picture's pixels.

    The guarantee: where pictures are exchangeable (the new one is drawn as those given were), the expected share of its
    pixels that lie outside is at most ``1 - level``, whatever the widths are worth; poor widths give a large factor.
    It is a statement on the mean over pictures: one picture may have more outside. With ``n`` pictures ``c`` is the
    least with ``n / (n + 1) R(c) + 1 / (n + 1) <= 1 - level``, ``R`` the mean share of pixels outside.

    Args:
        errors: ``x_hat - x`` of each picture, tensors of any shapes.
        widths: the expected errors of each, > 0, of the same shapes.
        level: the share of pixels inside, in (0, 1).

    Raises:
        ArgumentError: there are too few pictures, fewer than ``1 / (1 - level) - 1``, or some width is not above zero.
        ShapeError: an error and its widths differ in shape.

    Source: Angelopoulos, Bates, Fisch, Lei, Schuster, "Conformal risk control", ICLR 2024, equation 4.
    """
    check_interval("level", level, "(0, 1)", "0.9 is usual")
    n = len(errors)
    allowed = ((n + 1) * (1 - level) - 1) / n if n else -1.0
    if allowed < -_ROUNDING or len(widths) != n:
        raise ArgumentError(
            f"`errors` and `widths` must be of {1 / (1 - level) - 1:.0f} pictures or more for a level of {level}, got "
            f"{n} and {len(widths)}; give more."
        )
    ratios = [_ratios(error, width) for error, width in zip(errors, widths, strict=True)]
    every = torch.cat(ratios).sort().values
    low, high = 0, len(every) - 1  # the answer is a ratio; the largest leaves nothing outside
    while low < high:
        middle = (low + high) // 2
        outside = sum(float((one > every[middle]).double().mean()) for one in ratios) / n
        low, high = (low, middle) if outside <= allowed + _ROUNDING else (middle + 1, high)
    return float(every[low])


def _ratios(error: Tensor, width: Tensor) -> Tensor:
    if error.shape != width.shape:
        raise ShapeError(
            f"`widths` must have the shapes of `errors`, got {tuple(width.shape)} for {tuple(error.shape)}."
        )
    if not bool((width > 0).all()):
        raise ArgumentError(f"`widths` must be above zero, got {float(width.min())}; add a floor.")
    return (error.abs() / width).flatten().double()
