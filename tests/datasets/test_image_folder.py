import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from preimage.datasets import ImageFolder
from preimage.errors import ArgumentError, ImageFileError


def make(folder: Path) -> np.ndarray:
    pixels = np.random.default_rng(0).integers(0, 256, (3, 5, 7, 3), dtype=np.uint8)
    for name, image in zip(("2.png", "10.png", "1.png"), pixels, strict=True):
        Image.fromarray(image).save(folder / name)
    return pixels[[2, 0, 1]]  # as their numbers go


def test_pictures_come_in_natural_order_and_lazily(tmp_path: Path) -> None:
    pixels = make(tmp_path)
    dataset = pickle.loads(pickle.dumps(ImageFolder(tmp_path)))
    (tmp_path / "10.png").write_bytes(b"damaged")  # read when it is asked for
    assert len(dataset) == 3
    for index in range(2):
        assert torch.equal(dataset[index].x, torch.from_numpy(pixels[index]).permute(2, 0, 1) / 255)
    with pytest.raises(ImageFileError, match=r"10\.png"):
        dataset[2]


def test_channels_and_roles(tmp_path: Path) -> None:
    pixels = make(tmp_path)
    luma = torch.from_numpy(pixels[0] @ np.array([0.299, 0.587, 0.114]) / 255).float()
    torch.testing.assert_close(ImageFolder(tmp_path, 1)[0].x, luma[None])
    noisy = ImageFolder(tmp_path, None, role="y")[0]
    assert noisy.x is None
    assert noisy.y.shape == (3, 5, 7)
    Image.fromarray(pixels[0, ..., 0]).save(tmp_path / "0.png")
    assert ImageFolder(tmp_path, None)[0].x.shape == (1, 5, 7)
    assert torch.equal(ImageFolder(tmp_path, 3)[0].x, ImageFolder(tmp_path, 1)[0].x.expand(3, -1, -1))


def test_sixteen_bits_keep_them(tmp_path: Path) -> None:
    ramp = np.arange(0, 65536, 16, dtype=np.uint16).reshape(64, 64)
    ramp[-1, -1] = 65535
    Image.fromarray(ramp).save(tmp_path / "a.png")
    (sample,) = ImageFolder(tmp_path, 1)
    torch.testing.assert_close(sample.x[0], torch.from_numpy(ramp / np.float32(65535)).float(), rtol=1e-6, atol=0)


def test_what_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="`channels`"):
        ImageFolder(tmp_path, 2)
    with pytest.raises(ArgumentError, match="`role`"):
        ImageFolder(tmp_path, role="z")
    with pytest.raises(ImageFileError, match="got none"):
        ImageFolder(tmp_path)
