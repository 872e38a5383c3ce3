"""How good a model is while it is trained, on data that it is not trained on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from preimage.datasets import Batch, Dataset
from preimage.metric import Metric
from preimage.physics import Physics
from preimage.training.objective import ModelAndLoss
from preimage.training.scores import batches_in_order, score
from preimage.training.sheets import write_sheet

__all__ = ["Validation"]


@dataclass(frozen=True, eq=False)
class Validation:
    """Measures a model on a dataset, and writes pictures of its first reconstructions.

    Args:
        data: images, their measurements, or both.
        physics: what measured them.
        metrics: measured where the truth is known.
        batch: samples at once.
        sheet: how many samples are shown.
        folder: where pictures are written.
        device: where to compute.
    """

    data: Dataset
    physics: Physics
    metrics: Sequence[Metric]
    batch: int
    sheet: int
    folder: Path
    device: str

    def __call__(self, step: int, averaged: nn.Module) -> dict[str, float]:
        """The mean of each metric and of the loss, as columns of the log."""
        assert isinstance(averaged, ModelAndLoss)
        rows: list[dict[str, Tensor]] = []
        shown: list[tuple[Batch, Tensor]] = []
        for batch in batches_in_order(self.data, self.batch):
            moved, loss = batch.to(self.device), averaged.loss.at(step)
            x_hat, values = score(averaged.model, moved, self.physics, self.metrics, loss)
            rows.append(values)
            if self.batch * len(shown) < self.sheet:
                shown.append((moved, x_hat))
        if self.sheet:
            self._show(step, shown)
        return {f"validation/{name}": float(torch.cat([row[name] for row in rows]).mean()) for name in rows[0]}

    def _show(self, step: int, shown: Sequence[tuple[Batch, Tensor]]) -> None:
        x_hat = torch.cat([estimate for _, estimate in shown])
        columns = (
            [torch.cat([batch.x for batch, _ in shown if batch.x is not None])] if shown[0][0].x is not None else []
        )
        if all(isinstance(batch.y, Tensor) and batch.y.shape == estimate.shape for batch, estimate in shown):
            columns.append(torch.cat([batch.y for batch, _ in shown]))
        columns = [column[: self.sheet] for column in (*columns, x_hat)]
        write_sheet(self.folder / f"step-{step:07d}.png", columns)
