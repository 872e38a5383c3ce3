from pathlib import Path

import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError
from preimage.files import ImageFile
from preimage.simulate.output import write_measurement

Y = torch.rand(3, 5, 6, generator=torch.Generator().manual_seed(0)) * 1.2 - 0.1
BYTE = np.dtype(np.uint8)


def test_tiff_holds_floats(tmp_path: Path) -> None:
    assert write_measurement(Y, tmp_path / "y.tif", BYTE) == ()
    assert torch.equal(ImageFile.read(tmp_path / "y.tif").pixels, Y)


def test_other_pictures_are_clipped_and_say_so(tmp_path: Path) -> None:
    notes = write_measurement(Y, tmp_path / "y.png", BYTE)
    outside = ((Y < 0) | (Y > 1)).float().mean().item()
    assert notes == (f"{outside:.2%} of the samples were outside of [0, 1] and are black or white; TIFF keeps them",)
    assert (ImageFile.read(tmp_path / "y.png").pixels - Y.clamp(0, 1)).abs().max() <= 0.51 / 255
    assert write_measurement(Y.clamp(0, 1), tmp_path / "z.png", np.dtype(np.uint16)) == ()
    assert (ImageFile.read(tmp_path / "z.png", bits=16).pixels - Y.clamp(0, 1)).abs().max() <= 0.51 / 65535


def test_npy_holds_anything_with_channels_last(tmp_path: Path) -> None:
    path = tmp_path / "y.npy"
    for y, expected in (
        (Y, Y.permute(1, 2, 0)),
        (Y[:1], Y[0]),
        (torch.complex(Y[:1], Y[1:2]), torch.complex(Y[0], Y[1])),
        (Y[0, 0], Y[0, 0]),
        (torch.complex(Y[0], Y[1]).conj(), torch.complex(Y[0], -Y[1])),
    ):
        write_measurement(y, path, BYTE)
        assert np.array_equal(np.load(path), expected.numpy())


@pytest.mark.parametrize("y", [torch.complex(Y, Y), Y[0], Y[:2]])
def test_what_no_picture_holds_is_refused(tmp_path: Path, y: torch.Tensor) -> None:
    with pytest.raises(ArgumentError, match=r"`output` must end in \.npy for"):
        write_measurement(y, tmp_path / "y.tif", BYTE)


def test_no_other_files_are_written(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"must end in \.npy or like a PNG"):
        write_measurement(Y, tmp_path / "y.xyz", BYTE)
