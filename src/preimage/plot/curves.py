"""Curves: what happened at each step, and how much there is of each frequency."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from preimage._views import view_of
from preimage.plot.style import COLOURS, draw_grid, new_figure
from preimage.solve import History

__all__ = ["draw_curves", "draw_history", "draw_spectrum"]


def draw_curves(
    curves: Mapping[str, tuple[Sequence[float] | Tensor, Sequence[float] | Tensor]],
    labels: tuple[str, str],
    title: str = "",
    logarithmic: tuple[bool, bool] = (False, False),
) -> Any:
    """Curves in one pair of axes.

    Args:
        curves: for each name, the places along the horizontal axis and the values.
        labels: what the horizontal and the vertical axis are, with their units.
        title: what is written above them.
        logarithmic: whether the horizontal and the vertical axis are.

    Returns:
        A matplotlib figure.

    Raises:
        MissingDependency: matplotlib is not installed.
    """
    figure, (axes,) = new_figure(1, 1, 0.7)
    figure.set_size_inches(5.6, 3.6)
    for number, (name, (places, values)) in enumerate(curves.items()):
        axes.plot(places, values, color=COLOURS[number % len(COLOURS)], label=name, linewidth=1.6)
    axes.set(xlabel=labels[0], ylabel=labels[1], title=title)
    for axis, is_logarithmic in zip((axes.set_xscale, axes.set_yscale), logarithmic, strict=True):
        axis("log" if is_logarithmic else "linear")
    draw_grid(axes)
    if len(curves) > 1:
        axes.legend(frameon=False, fontsize=9)
    return figure


def draw_history(histories: Mapping[str, History], quantity: str = "residual", sample: int = 0) -> Any:
    """How a quantity of one sample went down (or up) over the steps of several runs.

    Args:
        histories: the ``history`` of solutions, by the names of the methods.
        quantity: "residual", or what was traced ("objective", "step_size").
        sample: which one of the batch.

    Raises:
        MissingDependency: matplotlib is not installed.
    """
    curves = {}
    for name, history in histories.items():
        values = history.columns()[quantity][:, sample]
        curves[name] = (torch.arange(1, len(values) + 1), values)
    positive = all(bool((values[values.isfinite()] > 0).all()) for _, values in curves.values())
    return draw_curves(curves, ("step", quantity), logarithmic=(False, positive))


def draw_spectrum(images: Mapping[str, Tensor]) -> Any:
    """The power of images by frequency, averaged over directions.

    Args:
        images: tensors by their names, (B, C, H, W), of which the first is shown, all channels together.

    Returns:
        A matplotlib figure: from one period in the picture to half a cycle per pixel.

    Raises:
        MissingDependency: matplotlib is not installed.
    """
    curves = {}
    for name, image in images.items():
        picture = view_of(image)
        picture = picture.mean(-1) if picture.ndim == 3 else picture
        power = torch.fft.fft2(picture - picture.mean(), norm="ortho").abs().square()
        rows, columns = (torch.fft.fftfreq(size) for size in picture.shape)
        bins = min(picture.shape) // 2
        ring = (torch.hypot(rows[:, None], columns) * 2 * bins).round().long()
        count = torch.zeros(2 * bins).index_add(0, ring.flatten(), torch.ones(ring.numel()))
        total = torch.zeros(2 * bins).index_add(0, ring.flatten(), power.flatten())
        curves[name] = (torch.arange(1, bins + 1) / (2 * bins), (total / count.clamp_min(1))[1 : bins + 1])
    return draw_curves(curves, ("cycles per pixel", "power"), logarithmic=(True, True))
