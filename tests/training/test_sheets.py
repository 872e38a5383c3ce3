from pathlib import Path

import torch

from preimage.files import ImageFile
from preimage.training.sheets import write_sheet


def test_images_lie_in_rows_and_columns(tmp_path: Path) -> None:
    truth, found = torch.zeros(2, 1, 4, 5), torch.ones(2, 3, 4, 5)
    write_sheet(tmp_path / "a" / "sheet.png", [truth, found])
    pixels = ImageFile.read(tmp_path / "a" / "sheet.png").to_array()
    assert pixels.shape == (8, 10, 3)
    assert pixels[:, :5].max() == 0
    assert pixels[:, 5:].min() == 255
    write_sheet(tmp_path / "a" / "sheet.png", [found])  # again, over the one before


def test_complex_images_volumes_and_other_channels(tmp_path: Path) -> None:
    volume = torch.zeros(1, 2, 3, 4, 5, dtype=torch.complex64)
    volume[0, 0, 1] = 0.6 + 0.8j
    write_sheet(tmp_path / "sheet.png", [volume])
    pixels = ImageFile.read(tmp_path / "sheet.png").to_array()
    assert pixels.reshape(4, 5).min() == 255
