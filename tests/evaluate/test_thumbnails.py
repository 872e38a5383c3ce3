import base64
import io
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from preimage.evaluate import Treatment
from preimage.evaluate.thumbnails import Thumbnails, draw_errors, image_address, make_thumbnails


def test_pictures_become_small_and_errors_are_averaged(tmp_path: Path) -> None:
    truth, result = np.zeros((700, 400, 3), np.uint8), np.zeros((700, 400, 3), np.uint8)
    result[:350] = 51
    for name, pixels in (("truth.png", truth), ("result.png", result)):
        Image.fromarray(pixels).save(tmp_path / name)
    small = make_thumbnails(tmp_path / "result.png", tmp_path / "truth.png", Treatment())
    assert small.result.shape == (3, 320, 183)
    assert small.error is not None
    assert small.error.shape == (1, 320, 183)
    torch.testing.assert_close(small.error[:, :150], torch.full((1, 150, 183), 0.2))
    assert make_thumbnails(tmp_path / "result.png", None, Treatment()).error is None


def test_volumes_and_complex_arrays_have_a_slice_to_look_at(tmp_path: Path) -> None:
    volume = np.zeros((5, 6, 7), np.complex64)
    volume[2] = 0.5j
    np.save(tmp_path / "v.npy", volume)
    small = make_thumbnails(tmp_path / "v.npy", None, Treatment())
    torch.testing.assert_close(small.result, torch.full((1, 6, 7), 0.5))


def test_errors_share_a_scale() -> None:
    errors = [Thumbnails(torch.zeros(1, 2, 2), torch.zeros(1, 2, 2), torch.full((1, 2, 2), e)) for e in (0.1, 0.4)]
    drawn, white = draw_errors(errors)
    assert abs(white - 0.4) < 1e-6
    torch.testing.assert_close(drawn[0], torch.full((1, 2, 2), 0.25))


def test_an_address_holds_the_picture() -> None:
    for channels in (1, 3):
        address = image_address(torch.full((channels, 8, 9), 0.4))
        head, data = address.split(",")
        assert head == "data:image/jpeg;base64"
        image = Image.open(io.BytesIO(base64.b64decode(data)))
        assert image.size == (9, 8)
        assert np.abs(np.asarray(image).astype(int) - 102).max() <= 1
