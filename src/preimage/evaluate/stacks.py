"""Scores of a stack or volume, plane by plane and as a whole, with the range of the values said."""

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from preimage.errors import ArgumentError, ImageFileError, ShapeError
from preimage.evaluate.evaluation import make_metric
from preimage.evaluate.table import MetricRow, find_metric
from preimage.files import StoredArray, open_lazily
from preimage.metric import Metric

__all__ = ["PlaneScore", "StackEvaluation", "evaluate_stack", "parse_span"]


@dataclass(frozen=True)
class PlaneScore:
    """The values of one plane.

    Attributes:
        index: its place along the axes before rows and columns.
        values: one for each metric.
    """

    index: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class StackEvaluation:
    """What :func:`evaluate_stack` found.

    Attributes:
        rows: the metrics.
        axes: the letters of the axes of the stack.
        span: the values that were taken for 0 and 1.
        planes: the scores of each plane, in order.
        whole: one value for each metric: the peak signal-to-noise ratio of the squared errors of all voxels, of other
            metrics the mean of the planes.
    """

    rows: tuple[MetricRow, ...]
    axes: str
    span: tuple[float, float]
    planes: tuple[PlaneScore, ...]
    whole: tuple[float, ...]

    def table(self) -> list[str]:
        """The lines of a table: the range, each plane, and the whole."""
        rows = [[" ".join([self.axes.removesuffix("S")[:-2], "plane"]).strip(), *(row.title for row in self.rows)]]
        rows += [[",".join(map(str, score.index)) or "0", *self._shown(score.values)] for score in self.planes]
        rows.append(["whole", *self._shown(self.whole)])
        widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
        lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows]
        return [f"range {self.span[0]:g} to {self.span[1]:g}", *lines]

    def _shown(self, values: tuple[float, ...]) -> list[str]:
        return [f"{value:.{row.digits}f}" for row, value in zip(self.rows, values, strict=True)]


def evaluate_stack(
    result: Path | str,
    reference: Path | str,
    metrics: Sequence[str] = ("psnr", "ssim"),
    axes: str | None = None,
    span: tuple[float, float] | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> StackEvaluation:
    """Score a stack by planes, in memory of a few of them.

    Args:
        result: a file or folder that :func:`preimage.files.open_lazily` reads.
        reference: what it should be, of the same shape.
        metrics: names of :data:`preimage.evaluate.table.METRICS` that compare, or ``MODULE:NAME``.
        axes: the letters of the axes of both; by default as each file tells.
        span: the values that are taken for 0 and 1; by default the least and the largest of the reference.
        progress: called with how many planes are scored, and how many there are.

    Raises:
        ImageFileError: a file cannot be read, or holds values that have no score.
        ShapeError: the shapes differ.
        ArgumentError: a metric is not known or does not compare, or the span is none.
    """
    rows = tuple(find_metric(name) for name in metrics)
    made = [make_metric(row) for row in rows]
    compared = [metric for metric in made if isinstance(metric, Metric)]
    if len(compared) != len(made) or not made:
        raise ArgumentError("`metric` must name metrics that compare with a reference; of stacks no others are taken.")
    found, truth = open_lazily(result, axes=axes), open_lazily(reference, axes=axes)
    if found.shape != truth.shape:
        raise ShapeError(
            f"{result} has the shape {found.shape} ({found.axes}), its reference {reference} {truth.shape} "
            f"({truth.axes}); give the same part of both."
        )
    low, high = _span_of(truth) if span is None else span
    if not high > low:
        raise ArgumentError(f"`range` must be LOW:HIGH with HIGH above LOW, got {low:g}:{high:g}; name another.")
    total = math.prod(truth.layout.stack_shape)
    scores, squares = [], 0.0
    for number, index in enumerate(truth.layout.planes(), 1):
        pair = [_scaled(array, index, low, high) for array in (found, truth)]
        squares += float((pair[0] - pair[1]).square().mean()) / total
        scores.append(PlaneScore(index, tuple(float(metric(*(each.float() for each in pair))) for metric in compared)))
        if progress is not None:
            progress(number, total)
    whole = tuple(
        _peak_ratio(squares) if row.name == "psnr" else statistics.fmean(score.values[at] for score in scores)
        for at, row in enumerate(rows)
    )
    return StackEvaluation(rows, truth.axes, (low, high), tuple(scores), whole)


def parse_span(text: str | None) -> tuple[float, float] | None:
    """``LOW:HIGH`` as two numbers.

    Raises:
        ArgumentError: it is none.
    """
    if text is None:
        return None
    low, _, high = text.partition(":")
    try:
        return float(low), float(high)
    except ValueError:
        raise ArgumentError(f"`range` must be LOW:HIGH, got {text!r}; write it like -1000:2000.") from None


def _span_of(array: StoredArray) -> tuple[float, float]:
    ends = [(float(plane.min()), float(plane.max())) for plane in _planes(array)]
    return min(low for low, _ in ends), max(high for _, high in ends)


def _planes(array: StoredArray) -> Iterator[np.ndarray]:
    for index in array.layout.planes():
        yield _checked(array, index)


def _checked(array: StoredArray, index: tuple[int, ...]) -> np.ndarray:
    plane = array.plane(index)
    if plane.dtype.kind not in "fiub" or not bool(np.isfinite(plane).all()):
        raise ImageFileError(f"{array.path} holds NaN, infinity or complex numbers, which have no score; fill them in.")
    return plane.astype(np.float64)


def _scaled(array: StoredArray, index: tuple[int, ...], low: float, high: float) -> torch.Tensor:
    plane = (_checked(array, index) - low) / (high - low)
    return torch.from_numpy(plane.reshape(*plane.shape[:2], -1)).permute(2, 0, 1)[None].contiguous()


def _peak_ratio(mean_square: float) -> float:
    return math.inf if mean_square == 0 else -10 * math.log10(mean_square)
