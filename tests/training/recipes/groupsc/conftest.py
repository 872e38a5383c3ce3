import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def photographs(tmp_path):
    """A folder of four smooth colour pictures with some texture."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    draw = np.random.default_rng(0)
    for index in range(4):
        rows, columns = np.mgrid[:40, : 36 + index]
        base = 120 + 60 * np.sin(rows / (2 + index)) * np.cos(columns / 3)
        pixels = base[..., None] + 10 * draw.standard_normal((*base.shape, 3))
        Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(folder / f"{index}.png")
    return folder
