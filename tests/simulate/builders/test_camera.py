import io

import numpy as np
import torch
from PIL import Image

from preimage.simulate import sample_picture
from preimage.simulate.builders.camera import build_jpeg, build_raw_camera

X = (sample_picture(16, 24)[None] * 255).round() / 255
RNG = torch.Generator()


def test_a_file_is_that_of_the_library() -> None:
    found = build_jpeg(X, {"quality": 30, "subsampling": "4:2:0"}, RNG).physics.A(X)
    file = io.BytesIO()
    Image.fromarray((X[0].permute(1, 2, 0) * 255).byte().numpy()).save(file, "JPEG", quality=30)
    expected = torch.from_numpy(np.array(Image.open(file))).permute(2, 0, 1)[None] / 255
    torch.testing.assert_close(found, expected)


def test_a_mosaic_is_developed_to_the_picture() -> None:
    made = build_raw_camera(X, {"pattern": "RGGB", "tone": "linear"}, RNG)
    y = made.physics.A(X)
    assert y.shape == (1, 1, 16, 24)
    torch.testing.assert_close(y[0, 0, ::2, 1::2], X[0, 1, ::2, 1::2])
    torch.testing.assert_close(y[0, 0, ::2, ::2], X[0, 0, ::2, ::2] / 2)
