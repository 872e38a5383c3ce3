import base64
import io

import numpy as np
import torch
from PIL import Image

from preimage.explain.images import (
    BLUE,
    ORANGE,
    atom_pictures,
    colour,
    contact_sheet,
    data_uri,
    signed_colours,
    stretch,
    warm,
)


def test_values_become_bytes() -> None:
    assert colour(torch.tensor([[[-1.0, 0.5, 2.0]]])).tolist() == [[[0] * 3, [128] * 3, [255] * 3]]
    assert colour(torch.tensor([0.0, 1.0, 0.2]).reshape(3, 1, 1)).tolist() == [[[0, 255, 51]]]
    assert stretch(torch.tensor([[[2.0, 3.0, 4.0]]]), 2, 4)[0, :, 0].tolist() == [0, 128, 255]


def test_signs_are_blue_and_orange() -> None:
    pixels = signed_colours(torch.tensor([[1.0, 0.0, -1.0, 0.25]]))
    assert pixels[0, :3].tolist() == [list(BLUE), [255] * 3, list(ORANGE)]
    assert pixels[0, 3].tolist() == [round(255 + 0.5 * (b - 255)) for b in BLUE]
    assert signed_colours(torch.tensor([[0.0]]), least=0.5).tolist() == [[[255] * 3]]


def test_warm_goes_from_dark_blue_to_yellow() -> None:
    assert warm(torch.tensor([[0.0, 0.25, 1.0, 2.0]])).tolist() == [
        [[68, 1, 84], [59, 82, 139], [253, 231, 37], [253, 231, 37]]
    ]


def test_an_atom_has_the_contrast_that_fits_and_grey_for_zero() -> None:
    atoms = torch.tensor([[1.0, -0.5], [0.0, 0.0]]).reshape(2, 1, 1, 2)
    assert atom_pictures(atoms).flatten().tolist() == [1, 0.25, 0.5, 0.5]


def test_pictures_stand_row_by_row_between_white_lines() -> None:
    sheet = contact_sheet(torch.arange(3.0).reshape(3, 1, 1, 1) / 4, 2)
    assert sheet[0].tolist() == [[1] * 5, [1, 0, 1, 0.25, 1], [1] * 5, [1, 0.5, 1, 1, 1], [1] * 5]


def test_an_address_holds_the_picture() -> None:
    pixels = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    head, _, text = data_uri(pixels).partition(",")
    assert head == "data:image/png;base64"
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(base64.b64decode(text)))), pixels)
