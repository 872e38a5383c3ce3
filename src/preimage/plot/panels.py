"""What one panel of a figure shows, as a value, and how panels become a figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from preimage.plot.style import new_figure

__all__ = ["Plate", "draw_panels"]


@dataclass(frozen=True)
class Plate:
    """A picture with its scale.

    Attributes:
        title: what is written above it.
        picture: (H, W), or (H, W, 3) in [0, 1].
        low: the value that is drawn darkest.
        high: the value that is drawn brightest.
        unit: what the values are, beside a bar of them; no bar where it is empty.
        colours: a colour map of matplotlib.
        extent: the coordinates of the left, right, bottom and top border, where axes have numbers.
        labels: what the horizontal and the vertical axis are.
    """

    title: str
    picture: Tensor
    low: float = 0.0
    high: float = 1.0
    unit: str = ""
    colours: str = "gray"
    extent: tuple[float, float, float, float] | None = None
    labels: tuple[str, str] = ("", "")


def draw_panels(panels: Sequence[Plate], columns: int | None = None) -> Any:
    """A matplotlib figure of panels, row by row.

    Args:
        panels: one or more.
        columns: how many stand beside each other; by default four at most.

    Raises:
        MissingDependency: matplotlib is not installed.
    """
    columns = columns or min(4, len(panels))
    height, width = panels[0].picture.shape[:2]
    shape = 1.0 if panels[0].extent is not None else min(2.0, max(0.4, height / width))
    figure, axes = new_figure(-(-len(panels) // columns), columns, shape)
    for place, panel in zip(axes, panels, strict=False):
        _draw(figure, place, panel)
    for place in axes[len(panels) :]:
        place.set_axis_off()
    return figure


def _draw(figure: Any, axes: Any, panel: Plate) -> None:
    drawn = axes.imshow(
        panel.picture.clamp(0, 1).numpy() if panel.picture.ndim == 3 else panel.picture.numpy(),
        cmap=panel.colours,
        vmin=panel.low,
        vmax=panel.high,
        interpolation="nearest",
        extent=panel.extent,
        aspect="equal" if panel.extent is None else "auto",
    )
    axes.set_title(panel.title.replace("$", r"\$"), fontsize=10)
    axes.set(xlabel=panel.labels[0], ylabel=panel.labels[1])
    if panel.extent is None:
        axes.set(xticks=[], yticks=[])
    if panel.unit:
        figure.colorbar(drawn, ax=axes, fraction=0.046, pad=0.02, label=panel.unit)
