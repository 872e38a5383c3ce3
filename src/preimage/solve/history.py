"""What happened at each step of an iteration, as numbers, a table and a drawing."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from preimage._optional import require
from preimage._worker import Worker

__all__ = ["History"]


@dataclass(frozen=True)
class History:
    """What happened at each step, sample by sample, on the CPU.

    Attributes:
        residual: the measure of convergence, (steps, B); NaN once a sample has stopped.
        seconds: time of each step, (steps,), without what was traced.
        series: further quantities by name, (steps, B) each, such as "objective" and "step_size" of a traced run.
    """

    residual: Tensor
    seconds: Tensor
    series: Mapping[str, Tensor] = field(default_factory=dict)

    def columns(self) -> dict[str, Tensor]:
        """``residual`` and the series by name, (steps, B) each."""
        return {"residual": self.residual, **self.series}

    def write_csv(self, path: str | Path) -> None:
        """One row per step and sample: step (from 1), sample (from 0), seconds, residual, the series."""
        columns = self.columns()
        with Path(path).open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["step", "sample", "seconds", *columns])
            for step, second in enumerate(self.seconds.tolist()):
                for sample in range(self.residual.shape[1]):
                    values = [float(column[step, sample]) for column in columns.values()]
                    if values[0] == values[0]:  # a sample that has stopped has no residual
                        writer.writerow([step + 1, sample, f"{second:.6g}", *(f"{value:.9g}" for value in values)])

    def plot(self) -> Any:
        """A matplotlib figure with one panel per quantity over the steps, and one curve per sample.

        Raises:
            MissingDependency: matplotlib is not installed.
        """
        require("matplotlib", "plot", "a drawing of the history")
        from matplotlib.figure import Figure  # without pyplot, which would hold the figure and want a screen

        columns = {**self.columns(), "seconds": self.seconds.cumsum(0)[:, None]}
        figure = Figure(figsize=(4 * len(columns), 3.2), layout="constrained")
        for axes, (name, column) in zip(
            figure.subplots(1, len(columns), squeeze=False)[0], columns.items(), strict=True
        ):
            steps = torch.arange(1, len(column) + 1)
            for sample, values in enumerate(column.T):
                axes.plot(steps, values, label=f"sample {sample}")
            finite = column[column.isfinite()]
            if name != "seconds" and len(finite) and float(finite.min()) > 0:
                axes.set_yscale("log")
            axes.set(title=name, xlabel="step")
            axes.grid(visible=True, alpha=0.3)
            if 1 < column.shape[1] <= 8 and name == "residual":
                axes.legend()
        return figure


class Recorder(Worker):
    """Collects a :class:`History` step by step, with what ``monitor`` measures of each state."""

    def __init__(self, monitor: Callable[[Any], Mapping[str, Tensor]] | None = None) -> None:
        self.monitor = monitor
        self.residuals: list[list[float]] = []
        self.dtype = torch.get_default_dtype()
        self.seconds: list[float] = []
        self.traced: list[dict[str, Tensor]] = []

    def add(self, state: Any, residual: list[float], seconds: float, dtype: torch.dtype) -> None:
        """Note one step; a sample whose ``residual`` is NaN has stopped before it. Residuals were of type ``dtype``."""
        self.residuals.append(residual)
        self.dtype = dtype
        self.seconds.append(seconds)
        if self.monitor is not None:
            stopped = torch.tensor(residual).isnan()
            with torch.no_grad():
                values = {name: value.cpu() for name, value in self.monitor(state).items()}
            self.traced.append({name: value.masked_fill(stopped, torch.nan) for name, value in values.items()})

    def history(self, batch: int) -> History:
        """Everything noted, for ``batch`` samples."""
        names = self.traced[0] if self.traced else ()
        return History(
            torch.tensor(self.residuals, dtype=self.dtype).reshape(-1, batch),
            torch.tensor(self.seconds, dtype=torch.float64),
            {name: torch.stack([row[name] for row in self.traced]) for name in names},
        )
