"""How good a model is on a dataset, image by image, and as a table of several physics."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from preimage.datasets import Batch, Dataset, Simulated, collate
from preimage.loss import Loss, LossInputs
from preimage.metric import Metric
from preimage.physics import Physics
from preimage.training.checkpoint import write_whole
from preimage.training.objective import local_physics, numbered

__all__ = ["ScoreTable", "batches_in_order", "measured", "metric_names", "score", "test"]


def measured(dataset: Dataset, physics: Physics, seed: int) -> Dataset:
    """The dataset, with measurements by ``physics`` where it has none."""
    return dataset if dataset[0].y is not None else Simulated(dataset, physics, seed=seed)


def batches_in_order(dataset: Dataset, batch: int) -> Iterator[Batch]:
    """All samples, side by side in batches; the last one may be smaller."""
    for first in range(0, len(dataset), batch):
        yield collate([dataset[index] for index in range(first, min(first + batch, len(dataset)))])


def metric_names(metrics: Sequence[Metric]) -> list[str]:
    """The names of their classes, numbered where one is there twice."""
    return numbered([type(metric).__name__ for metric in metrics])


def score(
    model: nn.Module, batch: Batch, physics: Physics, metrics: Sequence[Metric], loss: Loss | None = None
) -> tuple[Tensor, dict[str, Tensor]]:
    """The reconstructions of a batch and, for each metric and the loss, one value per image.

    The model is in evaluation mode meanwhile. Metrics need the truth: without it there is the loss alone.
    """
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        local = local_physics(physics, batch)
        with torch.no_grad():
            x_hat = model(batch.y, local)
            named = zip(metric_names(metrics), metrics, strict=True) if batch.x is not None else ()
            values = {name: metric(x_hat, batch.x) for name, metric in named}
        if loss is not None:  # some losses differentiate the model
            rng = torch.Generator().manual_seed(0)
            inputs = LossInputs(x_hat, batch.x, batch.y, local, model, rng)
            values["loss"] = loss.evaluate(inputs).detach()
    finally:
        for module, mode in modes:
            module.train(mode)  # parents come before their children
    return x_hat, values


@dataclass(frozen=True)
class ScoreTable:
    """Scores of a model, by physics and metric.

    Attributes:
        scores: for each name of a physics, for each name of a metric, one value per image.
    """

    scores: Mapping[str, Mapping[str, Tensor]]

    def means(self) -> dict[str, dict[str, float]]:
        """The mean over the images, by physics and metric."""
        return {
            physics: {metric: float(values.double().mean()) for metric, values in row.items()}
            for physics, row in self.scores.items()
        }

    def write(self, path: Path) -> None:
        """Write one line for each image as CSV: physics, number of the image, and its scores."""
        columns = list(dict.fromkeys(name for row in self.scores.values() for name in row))

        def lines(beside: Path) -> None:
            with beside.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(["physics", "image", *columns])
                for physics, row in self.scores.items():
                    for image, values in enumerate(zip(*row.values(), strict=True)):
                        writer.writerow([physics, image, *(f"{float(value):.6g}" for value in values)])

        write_whole(Path(path), lines)

    def __str__(self) -> str:
        """A table in text: mean and standard deviation over the images."""
        columns = list(dict.fromkeys(name for row in self.scores.values() for name in row))
        lines = [["physics", *columns]]
        for physics, row in self.scores.items():
            told = [f"{float(row[name].double().mean()):.4g} +- {float(_deviation(row[name])):.2g}" for name in columns]
            lines.append([physics, *told])
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def _deviation(values: Tensor) -> Tensor:
    return values.double().std(correction=0)


def test(
    model: nn.Module,
    dataset: Dataset,
    physics: Physics | Mapping[str, Physics],
    metrics: Sequence[Metric],
    *,
    batch: int = 1,  # noqa: PT028
    seed: int = 0,  # noqa: PT028
) -> ScoreTable:
    """Measure a model on images that nothing was chosen by.

    Args:
        model: a reconstructor, ``model(y, physics)``.
        dataset: images, with their measurements or without.
        physics: what measured them, or measures them now; several, by name, give a row each.
        metrics: one or more.
        batch: images at once; the values do not depend on it.
        seed: the seed of measurements that are simulated.
    """
    several = physics if isinstance(physics, Mapping) else {type(physics).__name__: physics}
    found: dict[str, dict[str, Tensor]] = {}
    for name, one in several.items():
        rows = [score(model, group, one, metrics)[1] for group in batches_in_order(measured(dataset, one, seed), batch)]
        found[name] = {metric: torch.cat([row[metric] for row in rows]) for metric in rows[0]}
    return ScoreTable(found)
