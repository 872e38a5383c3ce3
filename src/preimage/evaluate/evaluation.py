"""Scores of every picture of a folder."""

import math
import pkgutil
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from preimage.errors import ArgumentError, ImageFileError, PreimageError
from preimage.evaluate.pairs import Pairs, find_pairs, list_pictures
from preimage.evaluate.pictures import Treatment, read_pair
from preimage.evaluate.table import MetricRow, find_metric
from preimage.metric import Metric, NoReferenceMetric
from preimage.zoo import load_metric

__all__ = ["Evaluation", "Failure", "Score", "evaluate", "make_metric"]

_AS_THEY_ARE = Treatment()


@dataclass(frozen=True)
class Score:
    """The values of one result.

    Attributes:
        result: its file.
        reference: the file it was compared with, if any.
        values: one for each metric.
    """

    result: Path
    reference: Path | None
    values: tuple[float, ...]


@dataclass(frozen=True)
class Failure:
    """A result that could not be scored.

    Attributes:
        result: its file.
        message: why.
    """

    result: Path
    message: str


@dataclass(frozen=True)
class Evaluation:
    """What :func:`evaluate` found.

    Attributes:
        rows: the metrics.
        is_higher_better: for each of them.
        scores: the values of each result, in the order of the names.
        failures: results that could not be scored.
        lone_results: results without a reference.
        lone_references: references without a result.
        treatment: what was done to the pictures before.
    """

    rows: tuple[MetricRow, ...]
    is_higher_better: tuple[bool, ...]
    scores: tuple[Score, ...]
    failures: tuple[Failure, ...] = ()
    lone_results: tuple[Path, ...] = ()
    lone_references: tuple[Path, ...] = ()
    treatment: Treatment = _AS_THEY_ARE

    def column(self, index: int) -> list[float]:
        """The values of one metric, without those that are not defined (NaN).

        Args:
            index: which metric.
        """
        return [score.values[index] for score in self.scores if not math.isnan(score.values[index])]

    def mean(self, index: int) -> float:
        """The mean of the values of a metric; NaN where there is none.

        Args:
            index: which metric.
        """
        return statistics.fmean(self.column(index)) if self.column(index) else math.nan

    def median(self, index: int) -> float:
        """The median of the values of a metric; NaN where there is none.

        Args:
            index: which metric.
        """
        return statistics.median(self.column(index)) if self.column(index) else math.nan

    def worst_first(self, index: int = 0) -> list[Score]:
        """The scores, the worst by one metric first; what is not defined comes last.

        Args:
            index: which metric.
        """
        sign = 1 if self.is_higher_better[index] else -1
        return sorted(self.scores, key=lambda s: (math.isnan(s.values[index]), sign * s.values[index]))

    def summary(self) -> list[tuple[str, tuple[float, ...]]]:
        """The mean, the median and the worst value of every metric, by name."""
        columns = range(len(self.rows))
        return [
            ("mean", tuple(self.mean(k) for k in columns)),
            ("median", tuple(self.median(k) for k in columns)),
            ("worst", tuple(self.worst_first(k)[0].values[k] for k in columns)),
        ]


def evaluate(
    results: Path | str,
    reference: Path | str | None = None,
    metrics: Sequence[str] = ("psnr", "ssim"),
    treatment: Treatment = _AS_THEY_ARE,
    progress: Callable[[int, int], object] | None = None,
) -> Evaluation:
    """Score the pictures of a folder, or one picture.

    Files are paired by their names, see :func:`preimage.evaluate.pairs.find_pairs`. Samples are read as in
    :mod:`preimage.restore`; a result of the same type as its reference is read on its scale.

    Args:
        results: a folder of pictures or arrays, or one file.
        reference: the same of what they should be; not needed where no metric compares.
        metrics: names of :data:`preimage.evaluate.table.METRICS`, or ``MODULE:NAME``.
        treatment: what is done to both pictures before they are compared.
        progress: called with how many results are scored, and how many there are.

    Raises:
        ArgumentError: a metric is not known or needs a reference.
        ImageFileError: there is nothing to score.
        PreimageError: no result could be scored: the error of the first one.
    """
    rows = tuple(find_metric(name) for name in metrics)
    if not rows:
        raise ArgumentError("`metric` must name a metric, got none; psnr and ssim are the usual ones.")
    made = [make_metric(row) for row in rows]
    needy = [row.name for row, metric in zip(rows, made, strict=True) if isinstance(metric, Metric)]
    if reference is None and needy:
        raise ArgumentError(f"`reference` must be given for {', '.join(needy)}, got none; name a file or a folder.")
    found = _pairs(Path(results), None if reference is None else Path(reference))
    scores, failures, first = [], [], None
    for number, (result, truth) in enumerate(found.pairs, 1):
        try:
            scores.append(Score(result, truth, _values(made, result, truth, treatment)))
        except PreimageError as error:
            first = error if first is None else first
            failures.append(Failure(result, " ".join(str(error).split())))
        if progress is not None:
            progress(number, len(found.pairs))
    if not scores and first is not None:
        raise first
    return Evaluation(
        rows, tuple(metric.higher_is_better for metric in made), tuple(scores), tuple(failures),
        found.lone_results, found.lone_references, treatment,
    )  # fmt: skip


def make_metric(row: MetricRow) -> Metric | NoReferenceMetric:
    """Make the metric of a row; its package is imported now.

    Args:
        row: what :func:`preimage.evaluate.table.find_metric` gives.

    Raises:
        ArgumentError: there is no such thing, or it is no metric.
    """
    package, _, weights = row.maker.partition(":")
    if package == "zoo":
        return load_metric(weights)
    try:
        found = pkgutil.resolve_name(row.maker)
    except (ImportError, AttributeError, ValueError) as error:
        raise ArgumentError(f"`metric` must name something to import, got {row.maker!r}: {error}.") from error
    metric = found() if isinstance(found, type) else found
    if not isinstance(metric, Metric | NoReferenceMetric):
        raise ArgumentError(
            f"`metric` must be a preimage.metric.Metric or NoReferenceMetric, got {type(metric).__name__} from "
            f"{row.maker!r}; derive it from one of them."
        )
    return metric


def _pairs(results: Path, reference: Path | None) -> Pairs:
    found = list_pictures(results, "results")
    if reference is None:
        return Pairs(tuple((result, None) for result in found))
    pairs = find_pairs(found, list_pictures(reference, "reference"))
    if not pairs.pairs:
        raise ImageFileError(
            f"`reference` must hold pictures named like the results, got none in {reference} for {found[0].name}; a "
            "result may add _denoised or the like to the name."
        )
    return pairs


@torch.no_grad()
def _values(
    metrics: Sequence[Metric | NoReferenceMetric], result: Path, reference: Path | None, treatment: Treatment
) -> tuple[float, ...]:
    x_hat, x = read_pair(result, reference, treatment)
    values = []
    for metric in metrics:
        if isinstance(metric, NoReferenceMetric):
            values.append(float(metric(x_hat)))
        else:
            assert x is not None  # evaluate() asks for a reference where one is needed
            values.append(float(metric(x_hat, x)))
    return tuple(values)
