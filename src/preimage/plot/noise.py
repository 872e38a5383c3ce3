"""The noise of a picture: its level by brightness, and its spectrum."""

from typing import Any

from preimage.blind import NoiseEstimate
from preimage.plot.style import COLOURS, draw_grid, new_figure

__all__ = ["draw_noise"]

_CHANNELS = {1: ("grey",), 3: ("red", "green", "blue")}
_LINES = {1: (COLOURS[-1],), 3: (COLOURS[1], COLOURS[2], COLOURS[0])}


def draw_noise(noise: NoiseEstimate) -> Any:
    """Draw the level function of each channel, and the spectrum by that of white noise of the same energy.

    Args:
        noise: what :func:`preimage.blind.estimate_noise` found.

    Returns:
        A matplotlib figure.

    Raises:
        MissingDependency: matplotlib is not installed.
    """
    figure, (levels, spectrum) = new_figure(1, 2)
    count = len(noise.levels)
    names = _CHANNELS.get(count, tuple(f"channel {c}" for c in range(count)))
    for c, name in enumerate(names):
        colour = _LINES.get(count, COLOURS)[c % len(COLOURS)]
        levels.plot(255 * noise.brightness[c].numpy(), 255 * noise.levels[c].numpy(), ".-", color=colour, label=name)
    levels.set(xlabel="value (of 255)", ylabel="standard deviation (of 255)", ylim=(0, None), xlim=(0, 255))
    levels.set_title(f"{255 * noise.sigma:.1f}/255 in all", fontsize="medium")
    if count > 1:
        levels.legend(fontsize="small", frameon=False)
    spectrum.plot(noise.frequencies.numpy(), noise.spectrum.numpy(), ".-", color=COLOURS[-1])
    spectrum.axhline(1, color="grey", linewidth=1, linestyle=":")
    spectrum.set(xlabel="frequency (cycles per pixel)", ylabel="power by that of white noise", ylim=(0, None))
    spectrum.set_title(f"goes on over {noise.correlation_length:.1f} pixels", fontsize="medium")
    for axes in (levels, spectrum):
        draw_grid(axes)
    return figure
