import numpy as np
import pytest
import torch

from preimage.plot import draw_curves, draw_history, draw_spectrum
from preimage.solve.history import History


def test_curves_have_names_and_axes_their_labels() -> None:
    figure = draw_curves(
        {"a": ([1, 2], [3.0, 4.0]), "b": ([1, 2], [5.0, 6.0])}, ("views", "dB"), logarithmic=(True, False)
    )
    axes = figure.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_xscale(), axes.get_yscale()) == (
        "views",
        "dB",
        "log",
        "linear",
    )
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b"]


def test_a_history_is_of_one_sample() -> None:
    residual = torch.tensor([[1.0, 5.0], [0.1, torch.nan]])
    figure = draw_history({"PGD": History(residual, torch.ones(2))}, sample=1)
    np.testing.assert_array_equal(figure.axes[0].lines[0].get_ydata(), [5.0, np.nan])
    assert figure.axes[0].get_yscale() == "log"


def test_the_power_of_a_wave_is_at_its_frequency() -> None:
    wave = torch.sin(2 * torch.pi * torch.arange(32) / 8).expand(1, 1, 32, 32)
    line = draw_spectrum({"wave": wave}).axes[0].lines[0]
    assert line.get_xdata()[line.get_ydata().argmax()] == pytest.approx(1 / 8)
