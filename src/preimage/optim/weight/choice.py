"""A chosen weight, and the curve it was chosen from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from preimage._optional import require
from preimage.optim.variational import Variational
from preimage.optim.weight.criterion import Criterion
from preimage.optim.weight.l_curve import LCurve

__all__ = ["WeightChoice"]


@dataclass(frozen=True)
class WeightChoice:
    """The weight of each sample, and what was looked at to choose it.

    Attributes:
        weight: (B,).
        x: the reconstruction with it.
        model: the reconstruction method with it, ready for these samples.
        criterion: what it was chosen by.
        why: how each sample's weight was found; it says so where the range was too narrow.
        weights: every weight that was tried, increasing, (points, B) on the CPU; NaN after the last of a sample.
        values: the criterion at each, (points, B).
        series: what the values were computed from, by name, (points, B) each.
    """

    weight: Tensor
    x: Tensor
    model: Variational
    criterion: Criterion
    why: tuple[str, ...]
    weights: Tensor
    values: Tensor
    series: Mapping[str, Tensor]

    def plot(self) -> Any:
        """A matplotlib figure: the value, and what it was computed from, over the weight, one curve per sample.

        For :class:`LCurve`, the prior over the residual as well.

        Raises:
            MissingDependency: matplotlib is not installed.
        """
        require("matplotlib", "plot", "a drawing of the curve")
        from matplotlib.figure import Figure  # without pyplot, which would hold the figure and want a screen

        panels = {type(self.criterion).__name__: self.values, **self.series}
        count = len(panels) + isinstance(self.criterion, LCurve)
        figure = Figure(figsize=(4 * count, 3.2), layout="constrained")
        all_axes = figure.subplots(1, count, squeeze=False)[0]
        for axes, (name, column) in zip(all_axes[: len(panels)], panels.items(), strict=True):
            for sample in range(column.shape[1]):
                (line,) = axes.plot(self.weights[:, sample], column[:, sample], ".-", label=f"sample {sample}")
                axes.axvline(float(self.weight[sample]), color=line.get_color(), linestyle=":")
            finite = column[column.isfinite()]
            axes.set_xscale("log")
            if len(finite) and float(finite.min()) > 0:
                axes.set_yscale("log")
            axes.set(title=name, xlabel="weight")
            axes.grid(visible=True, alpha=0.3)
        if isinstance(self.criterion, LCurve):
            for residual, prior in zip(self.series["residual"].T, self.series["prior"].T, strict=True):
                all_axes[-1].loglog(residual, prior, ".-")
            all_axes[-1].set(title="L-curve", xlabel="residual", ylabel="prior")
        return figure
