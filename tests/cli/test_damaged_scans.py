"""Files that are no measurements, by ``preimage reconstruct``: one line, exit status 2, and nothing is written."""

import pickle
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.io
import tifffile

from preimage.cli.app import run

VALUES = np.random.default_rng(0).random((30, 32))


def _cut(path: Path, share: float = 0.6) -> Path:
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    return path


def _npy(path: Path, values: np.ndarray) -> Path:
    np.save(path / "a.npy", values)
    return path / "a.npy"


def _hdf5(path: Path, **arrays: np.ndarray) -> Path:
    with h5py.File(path / "a.h5", "w") as file:
        for name, values in arrays.items():
            file[name.replace("__", "/")] = values
    return path / "a.h5"


def _tiff(path: Path) -> Path:
    tifffile.imwrite(path / "a.tif", np.stack([VALUES] * 3), photometric="minisblack")
    return path / "a.tif"


def _mat(path: Path) -> Path:
    scipy.io.savemat(path / "a.mat", {"sino": VALUES})
    return path / "a.mat"


def _text(path: Path) -> Path:
    (path / "a.npy").write_text("1 2 3\n4 5 6\n")
    return path / "a.npy"


def _pickle(path: Path) -> Path:
    (path / "a.npy").write_bytes(pickle.dumps(VALUES))
    return path / "a.npy"


def _nothing(path: Path) -> Path:
    (path / "a.npy").write_bytes(b"")
    return path / "a.npy"


CASES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "HDF5 that is cut off": (lambda p: _cut(_hdf5(p, exchange__data=VALUES)), "damaged"),
    "HDF5 of another layout": (lambda p: _hdf5(p, a=VALUES, b=VALUES), "`--key` must be given"),
    "HDF5 without arrays": (lambda p: _hdf5(p, a=np.zeros(3)), "at least 2 dimensions"),
    "TIFF that is cut off": (lambda p: _cut(_tiff(p)), "a.tif"),
    "MATLAB that is cut off": (lambda p: _cut(_mat(p)), "whole .mat file"),
    "NumPy that is cut off": (lambda p: _cut(_npy(p, VALUES)), "damaged"),
    "text": (_text, "begins like none"),
    "pickle": (_pickle, "begins like none"),
    "Python objects": (lambda p: _npy(p, np.array([[{}]], dtype=object)), "Python objects"),
    "no bytes": (_nothing, "empty"),
    "no numbers": (lambda p: _npy(p, np.zeros((30, 0))), "empty"),
    "NaN": (lambda p: _npy(p, np.full((30, 32), np.nan)), "all are NaN"),
    "complex numbers": (lambda p: _npy(p, VALUES * 1j), "real numbers"),
    "texts": (lambda p: _npy(p, np.array([["a"]])), "hold numbers"),
    "four dimensions": (lambda p: _npy(p, np.zeros((2, 3, 4, 5))), "2 or 3 dimensions"),
    "another number of views": (lambda p: _npy(p, VALUES[:20]), "`--angles` must be 20"),
    "a folder of nothing": (lambda p: p, "without any"),
    "nothing": (lambda p: p / "none.npy", "exists"),
}


@pytest.mark.parametrize("name", CASES)
def test_it_gets_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    folder, output = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    output.mkdir()
    write, told = CASES[name]
    command = ["reconstruct", "ct", str(write(folder)), "--angles", "0:180:6", "-o", str(output / "a.npy")]
    assert run(command) == 2
    error = capsys.readouterr().err
    assert told in error, error
    assert error.startswith("preimage: ")
    assert error.count("\n") == 1
    assert list(output.iterdir()) == []


TOML = 'geometry = "fan"\nangles = "0:360:12"\nsource = 200\ndetector = 100\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TOML, None),
        (TOML.replace("source = 200\n", ""), "`--source` must be given"),
        (TOML + "sourze = 3\n", "`sourze`"),
        (TOML.replace("200", '"far"'), "`--source`"),
        (TOML.replace("0:360:12", "0:360:1"), "`--angles` must be 30"),
        (TOML.replace("fan", "cone"), "`--geometry` must be fan"),
        (TOML.replace("200", "-1"), "`--source`"),
        (TOML + "pixel = 0\n", "`--pixel` must be above 0"),
        (TOML + "= 3", "`--geometry` must be a TOML file"),
    ],
    ids=str,
)
def test_a_wrong_geometry_names_its_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, told: str | None
) -> None:
    (tmp_path / "scan.toml").write_text(text)
    np.save(tmp_path / "a.npy", VALUES)
    command = ["reconstruct", "ct", str(tmp_path / "a.npy"), "--geometry", str(tmp_path / "scan.toml")]
    status = run([*command, "-o", str(tmp_path / "b.npy")])
    error = capsys.readouterr().err
    assert (status, error) == (0, "") if told is None else status == 2
    if told is not None:
        assert told in error
        assert error.count("\n") == 1
