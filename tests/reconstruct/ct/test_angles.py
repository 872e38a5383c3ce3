from pathlib import Path

import numpy as np
import pytest

from preimage.errors import ArgumentError, ImageFileError
from preimage.reconstruct.ct.angles import check_views, parse_angles


def test_spans_leave_out_their_end(tmp_path: Path) -> None:
    assert parse_angles("0:180:1", 180).tolist() == list(range(180))
    np.testing.assert_allclose(parse_angles("0:180:0.1", 1800), 0.1 * np.arange(1800))
    np.testing.assert_allclose(parse_angles("-90:90", 4), [-90, -45, 0, 45])
    np.testing.assert_allclose(parse_angles("180:0:-60", 3), [180, 120, 60])
    assert parse_angles("0, 1.5,3", 3).tolist() == [0, 1.5, 3]


def test_files_of_numbers_are_read(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([[0, 90]]))
    (tmp_path / "a.txt").write_text("0\n45, 90\n")
    assert parse_angles(str(tmp_path / "a.npy"), 2).tolist() == [0, 90]
    assert parse_angles(str(tmp_path / "a.txt"), 3).tolist() == [0, 45, 90]
    (tmp_path / "a.txt").write_text("zero")
    with pytest.raises(ImageFileError, match="file of numbers"):
        parse_angles(str(tmp_path / "a.txt"), 1)
    np.save(tmp_path / "a.npy", np.array([1j]))
    with pytest.raises(ImageFileError, match="complex128"):
        parse_angles(str(tmp_path / "a.npy"), 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [("0:180:-1", "in steps"), ("0:180:0", "in steps"), ("0:180:2", "must be 180"), ("0,1", "got 2"), ("x", "exists")],
)
def test_what_is_none_is_told(text: str, told: str) -> None:
    with pytest.raises(ArgumentError, match=told):
        parse_angles(text, 180)


def test_angles_are_finite() -> None:
    with pytest.raises(ArgumentError, match="NaN"):
        check_views(np.array([0.0, np.nan]), 2)
