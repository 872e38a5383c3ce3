"""What is written is read again: values, axes, spacing, units, by every format that writes stacks."""

from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import h5py
import numpy as np
import pytest
import scipy.io
import tifffile

from preimage.errors import ArgumentError, ImageFileError
from preimage.files import NamedArray, Region, open_lazily, read, write
from preimage.files.formats import mat, mat_reader
from preimage.files.formats.table import stack_formats
from preimage.files.formats.tiff.create import create_tiff
from preimage.files.formats.tiff.scales import scales_of
from preimage.files.stacks.casting import cast_values, nearest_type
from preimage.files.stacks.layout import layout_of
from preimage.files.stacks.units import factor_between
from preimage.files.stacks.writing import (
    StackWriter,
    clipping_notes,
    creating_stack,
    stack_format_of,
    writing_stack,
)

COVERS = [
    "preimage.files.stacks.casting",
    "preimage.files.stacks.named_array",
    "preimage.files.stacks.writing",
    "preimage.files.formats.tiff.create",
    "preimage.files.formats.tiff.scales",
]

RNG = np.random.default_rng(0)
SPACING, UNITS = {"Z": 0.5, "Y": 0.25, "X": 0.125}, dict.fromkeys("ZYX", "um")
WRITTEN = [format for format in stack_formats() if format.stacks is not None and format.stacks.create is not None]
PICTURES = (".jxl", ".avif", ".exr")
NAMES = [*(format.suffixes[0] for format in WRITTEN if format.suffixes[0] not in PICTURES), ".ome.tif"]
WITHOUT_SPACING = (".npy", ".fits")


def some(dtype: str, shape: tuple[int, ...]) -> np.ndarray:
    kind = np.dtype(dtype)
    if kind.kind == "b":
        return RNG.random(shape) > 0.5
    if kind.kind in "iu":
        span = np.iinfo(kind)
        values = RNG.integers(span.min, span.max, shape, kind, endpoint=True)
        values.flat[0], values.flat[-1] = span.min, span.max
        return values
    values = (100 * RNG.standard_normal(shape)).astype(kind)
    return values + (1j * RNG.standard_normal(shape)).astype(kind) if kind.kind == "c" else values


@pytest.mark.parametrize("name", NAMES)
def test_a_volume_with_spacing_comes_back(tmp_path: Path, name: str) -> None:
    volume = some("int16", (3, 4, 5))
    assert write(tmp_path / f"a{name}", volume, "ZYX", SPACING, UNITS) == []
    found = read(tmp_path / f"a{name}")
    assert found.values.dtype == np.int16
    assert np.array_equal(found.values, volume)
    assert found.axes == "ZYX"
    if name not in WITHOUT_SPACING:
        sides = [
            step * (factor_between(unit, "um") or 0) for step, unit in zip(found.spacing, found.units, strict=True)
        ]
        assert sides == pytest.approx([0.5, 0.25, 0.125])
    array = open_lazily(tmp_path / f"a{name}")
    assert np.array_equal(array.read(Region(((1, 3), (2, 4)))), volume[1:3, 2:4])
    assert np.array_equal(array.plane((2,)), volume[2])


def mat_answer(path: Path, *asked: object) -> dict[str, np.ndarray]:
    """What the process that reads MATLAB files answers, computed in this one."""
    answer = BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mat_reader.sys, "stdout", SimpleNamespace(buffer=answer))
        mat_reader.main(str(path), named="variables" in asked)
    with np.load(BytesIO(answer.getvalue()), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


@pytest.mark.parametrize("name", NAMES)
def test_every_type_comes_back_or_is_told(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, stacks = stack_format_of(Path(f"a{name}"))
    monkeypatch.setattr(mat, "_answer", mat_answer)  # others start its process, half a second
    for dtype in stacks.dtypes:
        if name == ".ome.tif" and dtype in ("int64", "uint64", "float16"):
            with pytest.raises(ImageFileError, match="OME-TIFF cannot hold"):
                write(tmp_path / f"{dtype}{name}", some(dtype, (2, 4, 5)))
            continue
        values = some(dtype, (2, 4, 5))
        assert write(tmp_path / f"{dtype}{name}", values) == []
        found = read(tmp_path / f"{dtype}{name}").values
        assert found.dtype == values.dtype
        assert np.array_equal(found, values)
    if name == ".mat":
        (note,) = write(tmp_path / "h.mat", some("float16", (2, 4, 5)))
        assert "holds no float16: values were written as float32" in note
    if "bool" not in stacks.dtypes:
        (note,) = write(tmp_path / f"b{name}", some("bool", (2, 4, 5)))
        assert "holds no bool" in note


@pytest.mark.parametrize("name", [".tif", ".ome.tif", ".h5", ".npy", ".mat"])
def test_five_axes_come_back(tmp_path: Path, name: str) -> None:
    values = some("uint16", (2, 3, 2, 4, 5))
    write(tmp_path / f"a{name}", values, "TZCYX", {**SPACING, "T": 1.5}, {**UNITS, "T": "s"})
    found = read(tmp_path / f"a{name}", axes="TZCYX" if name == ".npy" else None)
    assert np.array_equal(found.values, values)
    assert found.axes == "TZCYX"
    if "tif" in name:
        assert found.spacing == pytest.approx((1.5, 0.5, None, 0.25, 0.125))
        assert found.units == ("s", "um", "", "um", "um")
        assert np.array_equal(tifffile.imread(tmp_path / f"a{name}"), values)


def test_other_libraries_read_what_is_written(tmp_path: Path) -> None:
    values = some("float32", (3, 4, 5))
    for name in ("a.tif", "a.ome.tif", "a.h5", "a.npy", "a.mat"):
        write(tmp_path / name, values, "ZYX", SPACING, UNITS)
    for name in ("a.tif", "a.ome.tif"):
        assert np.array_equal(tifffile.imread(tmp_path / name), values)
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        assert file.imagej_metadata is not None
        assert (file.imagej_metadata["spacing"], file.imagej_metadata["unit"]) == (0.5, "um")
    with h5py.File(tmp_path / "a.h5") as file:
        assert np.array_equal(file["image"][()], values)  # type: ignore[index]
    assert np.array_equal(np.load(tmp_path / "a.npy"), values)
    assert np.array_equal(scipy.io.loadmat(tmp_path / "a.mat")["image"], np.moveaxis(values, 0, -1))


def test_millimetres_are_a_resolution_by_the_centimetre(tmp_path: Path) -> None:
    write(tmp_path / "a.tif", some("int16", (3, 4, 5)), "ZYX", SPACING, dict.fromkeys("ZYX", "mm"))
    found = open_lazily(tmp_path / "a.tif").layout
    assert (found.spacing, found.units) == ((0.5, 0.25, 0.125), ("mm", "mm", "mm"))


def test_what_is_beyond_a_type_is_clipped_and_told(tmp_path: Path) -> None:
    with creating_stack(tmp_path / "a.tif", layout_of((2, 2, 3), "uint8", "ZYX")) as writer:
        assert isinstance(writer, StackWriter)
        assert writer.put((0,), np.full((2, 3), 300.4)) == 6
        assert writer.put((1,), np.full((2, 3), 1.6)) == 0
        with pytest.raises(ImageFileError, match="NaN"):
            writer.put((1,), np.full((2, 3), np.nan))
        with pytest.raises(ArgumentError, match="shape"):
            writer.put((1,), np.zeros((3, 2)))
    assert read(tmp_path / "a.tif").values[:, 0, 0].tolist() == [255, 2]
    assert clipping_notes(6, np.dtype(np.uint8)) == ["6 values beyond the range of uint8 were clipped to it"]


def test_values_are_rounded_to_the_ends_of_a_type() -> None:
    values, clipped = cast_values(np.array([-1e300, 2.0**63, 7.5, 8.5]), np.dtype(np.int64))
    assert (values.tolist(), clipped) == ([-(2**63), 2**63 - 1, 8, 8], 2)
    assert nearest_type(np.dtype(np.float16), ("uint8", "float32", "float64")) == np.float32
    assert nearest_type(np.dtype(np.complex64), ("uint8", "float32")) is None
    assert nearest_type(np.dtype(np.int64), ("uint8", "int32", "float64")) == np.float64
    with pytest.raises(ImageFileError, match="complex"):
        cast_values(np.ones(2, np.complex64), np.dtype(np.float32))


def test_nothing_is_left_of_what_fails_and_nothing_is_replaced(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="stop"), creating_stack(tmp_path / "a.tif", layout_of((2, 2, 3), "u1")):
        raise ValueError("stop")
    assert list(tmp_path.iterdir()) == []
    write(tmp_path / "a.tif", np.zeros((2, 3, 4)))
    with pytest.raises(ImageFileError, match="exists"):
        write(tmp_path / "a.tif", np.zeros((2, 3, 4)))
    write(tmp_path / "a.tif", NamedArray(np.ones((2, 3)), layout_of((2, 3), "f8")), overwrite=True)
    assert read(tmp_path / "a.tif").values.sum() == 6


def test_what_no_format_holds_is_told(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match="must end like a stack"):
        write(tmp_path / "a.xyz", np.zeros((2, 3, 4)))
    with pytest.raises(ImageFileError, match="complex"):
        write(tmp_path / "a.tif", np.zeros((2, 3, 4), np.complex64))
    with pytest.raises(ImageFileError, match="must have values"):
        write(tmp_path / "a.tif", np.zeros((0, 3, 4)))
    with pytest.raises(ArgumentError, match="numbers"):
        write(tmp_path / "a.tif", np.array([["a"]]))
    with pytest.raises(ArgumentError, match="YX"):
        write(tmp_path / "a.tif", np.zeros((2, 3, 4)), "XYZ")
    with (
        pytest.raises(ImageFileError, match="must end like"),
        writing_stack(tmp_path / "a.dcm", layout_of((2, 2), "u1")),
    ):
        pass


def test_pages_that_are_packed_or_in_tiles_are_read_by_parts(tmp_path: Path) -> None:
    values = some("uint16", (2, 3, 40, 37))
    told = {"axes": "TZYX"}
    tifffile.imwrite(
        tmp_path / "a.tif", values, tile=(16, 16), compression="zlib", photometric="minisblack", metadata=told
    )
    array = open_lazily(tmp_path / "a.tif")
    assert (array.axes, array.shape) == ("TZYX", values.shape)
    region = Region(((1, 2), (0, 2), (15, 33), (30, 37)))
    assert np.array_equal(array.read(region), values[1:2, 0:2, 15:33, 30:37])
    colours = some("uint8", (3, 20, 21, 3))
    tifffile.imwrite(tmp_path / "c.tif", colours, photometric="rgb", compression="zlib", rowsperstrip=8)
    found = open_lazily(tmp_path / "c.tif")
    assert found.axes == "ZYXS"
    assert np.array_equal(found.read(Region(((1, 3), (2, 9)))), colours[1:3, 2:9])


def test_colours_as_planes_stand_behind(tmp_path: Path) -> None:
    values = some("uint8", (3, 20, 21))
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="rgb", planarconfig="separate")
    found = read(tmp_path / "a.tif")
    assert found.axes == "YXS"
    assert np.array_equal(found.values, np.moveaxis(values, 0, -1))


def test_pyramids_are_read_at_their_full_size(tmp_path: Path) -> None:
    whole = some("uint8", (2, 64, 64))
    with tifffile.TiffWriter(tmp_path / "a.ome.tif", ome=True) as file:
        file.write(whole, subifds=1, photometric="minisblack", metadata={"axes": "ZYX"})
        file.write(whole[:, ::2, ::2], subfiletype=1, photometric="minisblack")
    assert np.array_equal(read(tmp_path / "a.ome.tif").values, whole)


def test_channels_keep_their_names(tmp_path: Path) -> None:
    told = {"axes": "CYX", "Channel": {"Name": ["DAPI", "GFP"]}}
    tifffile.imwrite(
        tmp_path / "a.ome.tif", some("uint8", (2, 8, 9)), ome=True, photometric="minisblack", metadata=told
    )
    found = read(tmp_path / "a.ome.tif")
    assert found.layout.metadata["channels"] == ["DAPI", "GFP"]
    write(tmp_path / "b.ome.tif", found)
    assert read(tmp_path / "b.ome.tif").layout.metadata["channels"] == ["DAPI", "GFP"]


def test_big_endian_and_bigtiff_are_read_in_native_order(tmp_path: Path) -> None:
    values = some("uint16", (3, 4, 5))
    tifffile.imwrite(tmp_path / "a.tif", values, byteorder=">", bigtiff=True, photometric="minisblack", metadata=None)
    found = read(tmp_path / "a.tif")
    assert found.values.dtype.isnative
    assert np.array_equal(found.values, values)
    assert found.axes == "ZYX"


def test_a_resolution_by_the_inch_is_for_printing_and_no_distance(tmp_path: Path) -> None:
    for unit, told in (("INCH", None), ("CENTIMETER", 0.1)):
        tifffile.imwrite(tmp_path / "a.tif", some("uint8", (4, 5)), resolution=(100, 100), resolutionunit=unit)
        with tifffile.TiffFile(tmp_path / "a.tif") as file:
            assert scales_of(file, 0)[0].get("X") == told


def test_a_tiff_file_takes_its_planes_in_any_order(tmp_path: Path) -> None:
    values = some("uint8", (2, 3, 4, 5))
    with create_tiff(tmp_path / "a.tif", layout_of(values.shape, "uint8")) as put:
        for index in reversed(list(np.ndindex(2, 3))):
            put(index, values[index])
    assert np.array_equal(tifffile.imread(tmp_path / "a.tif"), values)
