import base64
import io
import re

import numpy as np
import pytest
import torch
from PIL import Image

from preimage._views import fields_markup, image_markup, table_markup, value_range, view_of


def decoded(markup: str) -> np.ndarray:
    data = re.search(r"base64,([^\"]+)", markup)[1]  # type: ignore[index]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((2, 3, 4, 5), (4, 5, 3)), ((2, 1, 4, 5), (4, 5)), ((1, 1, 3, 4, 5), (4, 5)), ((4, 5), (4, 5)), ((7,), (1, 7))],
)
def test_there_is_one_picture_of_every_shape(shape, expected) -> None:
    assert view_of(torch.rand(shape)).shape == expected


def test_a_volume_is_seen_in_the_middle_and_a_complex_image_by_its_modulus() -> None:
    volume = torch.arange(5.0)[None, None, :, None, None].expand(1, 1, 5, 2, 3)
    assert view_of(volume).unique().tolist() == [2.0]
    assert view_of(torch.full((1, 1, 2, 2), 3 + 4j)).unique().tolist() == [5.0]


def test_images_keep_their_black_and_white_and_others_are_stretched() -> None:
    assert value_range(torch.tensor([0.01, 0.98])) == (0.0, 1.0)
    assert value_range(torch.tensor([-3.0, 5.0])) == (-3.0, 5.0)
    assert value_range(torch.full((2,), torch.nan)) == (0.0, 1.0)


def test_the_png_has_the_values() -> None:
    image = torch.tensor([[0.0, 0.5], [1.0, torch.nan]])
    assert decoded(image_markup(image, "x")).tolist() == [[0, 128], [255, 0]]
    assert max(decoded(image_markup(torch.rand(1, 1, 1000, 300), "x")).shape) <= 256


def test_text_is_no_markup() -> None:
    assert "<script>" not in table_markup("<script>", {"<script>": "<script>"}) + image_markup(
        torch.rand(2, 2), "<script>"
    )


def test_fields_with_rows_and_columns_are_shown() -> None:
    markup = fields_markup("Blur", {"kernel": torch.rand(3, 3), "sigma": torch.tensor(0.1), "border": "valid"})
    assert markup.count("<img") == 1
    assert "tensor of shape (3, 3)" in markup
    assert "valid" in markup
