import math

import numpy as np
import pytest
import torch

from preimage.errors import ShapeError
from preimage.plot import draw_error, draw_images


def test_titles_tell_the_psnr_where_there_is_a_truth() -> None:
    truth = torch.linspace(0, 1, 24).reshape(1, 1, 4, 6)
    figure = draw_images({"found": truth + 0.1, "other size": truth[..., 1:], "truth": truth}, truth)
    assert [axes.get_title() for axes in figure.axes] == ["found, 20.00 dB", "other size", "truth"]
    assert all(axes.get_images()[0].get_clim() == (0, 1) for axes in figure.axes)


def test_the_psnr_is_of_the_range_of_the_truth() -> None:
    truth = 100 * torch.linspace(0, 1, 24).reshape(1, 1, 4, 6)
    figure = draw_images({"found": truth + 10}, truth)
    assert figure.axes[0].get_title() == "found, 20.00 dB"


def test_each_may_have_its_own_scale() -> None:
    images = {"a": torch.tensor([[0.0, 9.0]]), "b": torch.tensor([[-2.0, 4.0]])}
    clim = [axes.get_images()[0].get_clim() for axes in draw_images(images, scale="own").axes]
    assert clim == [(0, 9), (-2, 4)]


def test_an_error_is_signed_in_grey_values_on_an_even_scale() -> None:
    truth = torch.full((1, 1, 8, 8), 0.5)
    figure = draw_error(truth + 2 / 255, truth)
    picture = figure.axes[0].get_images()[0]
    np.testing.assert_allclose(picture.get_array(), 2.0, rtol=1e-4)
    low, high = picture.get_clim()
    assert math.isclose(low, -high)
    assert "root mean square 2" in figure.axes[0].get_title()
    assert figure.axes[1].get_ylabel() == "grey values"


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ShapeError, match="crop or pad"):
        draw_error(torch.rand(1, 1, 3, 3), torch.rand(1, 1, 4, 4))
