import io

import numpy as np
import pytest
import torch
from PIL import Image

from preimage.physics.codec.jpeg_tables import luma_steps, quality_of_steps, quantisation_steps
from preimage.restore import ImageFile


@pytest.mark.parametrize("quality", [1, 2, 10, 49, 50, 51, 75, 99, 100])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_the_steps_are_those_that_libjpeg_writes(tmp_path, quality, mode):
    Image.new(mode, (16, 16), "grey").save(tmp_path / "a.jpg", quality=quality)
    file = ImageFile.read(tmp_path / "a.jpg")
    assert file.luma_steps == luma_steps(quality)
    assert file.with_pixels(file.pixels).luma_steps == ()


def test_every_quality_is_found_by_its_steps():
    assert [quality_of_steps(luma_steps(quality)) for quality in range(1, 101)] == [(q, True) for q in range(1, 101)]


def test_other_tables_have_a_nearest_quality():
    steps = list(luma_steps(30))
    steps[7] += 3
    assert quality_of_steps(steps) == (30, False)
    assert quality_of_steps([1] * 63 + [0]) == (100, False)
    file = io.BytesIO()
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(file, "JPEG", qtables=[[17] * 64])
    assert not quality_of_steps(Image.open(file).quantization[0])[1]


def test_steps_of_many_qualities_are_those_of_each():
    luma, chroma = quantisation_steps(torch.arange(1.0, 101.0))
    assert [tuple(steps.flatten().int().tolist()) for steps in luma] == [luma_steps(q) for q in range(1, 101)]
    file = io.BytesIO()
    Image.new("RGB", (16, 16), "grey").save(file, "JPEG", quality=30)
    assert Image.open(file).quantization[1] == chroma[29].flatten().int().tolist()
