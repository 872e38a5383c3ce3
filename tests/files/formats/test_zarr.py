from pathlib import Path

import numpy as np
import pytest

from preimage.errors import ArgumentError, ImageFileError
from preimage.files import Region, open_lazily, read, write
from preimage.files.formats.zarr import zarr_arrays

VALUES = np.random.default_rng(0).integers(0, 999, (2, 3, 2, 8, 9)).astype(np.uint16)
AXES = [
    {"name": "t", "type": "time", "unit": "second"}, {"name": "c", "type": "channel"},
    {"name": "z", "type": "space", "unit": "micrometer"}, {"name": "y", "type": "space", "unit": "micrometer"},
    {"name": "x", "type": "space", "unit": "micrometer"},
]  # fmt: skip
SCALE = {"type": "scale", "scale": [1.5, 1, 0.5, 0.25, 0.125]}


@pytest.mark.parametrize("version", [2, 3])
def test_an_array_of_which_nothing_is_told_is_a_volume(tmp_path: Path, version: int) -> None:
    import zarr

    stored = zarr.create_array(tmp_path / "a.zarr", shape=(2, 8, 9), dtype="u2", chunks=(1, 4, 4), zarr_format=version)
    stored[:] = VALUES[0, 0]
    found = open_lazily(tmp_path / "a.zarr")
    assert (found.axes, found.dtype) == ("ZYX", np.uint16)
    assert np.array_equal(found.read(Region(((1, 2), (3, 6)))), VALUES[0, 0, 1:2, 3:6])


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_an_image_of_ome_zarr_is_read_at_its_full_size(tmp_path: Path, version: str) -> None:
    """The store as the specification describes it, written by zarr alone."""
    import zarr

    image = {
        "axes": AXES,
        "datasets": [
            {"path": "s0", "coordinateTransformations": [SCALE]},
            {"path": "s1", "coordinateTransformations": [{"type": "scale", "scale": [1.5, 1, 0.5, 0.5, 0.25]}]},
        ],
    }
    told = {"multiscales": [image], "omero": {"channels": [{"label": name} for name in "abc"]}}
    attributes = told if version == "0.4" else {"ome": {"version": version, **told}}
    kind = 2 if version == "0.4" else 3
    group = zarr.open_group(tmp_path / "a.ome.zarr", mode="w", zarr_format=kind, attributes=attributes)
    group.create_array("s0", shape=VALUES.shape, dtype="u2")[:] = VALUES
    group.create_array("s1", shape=(2, 3, 2, 4, 5), dtype="u2")
    found = read(tmp_path / "a.ome.zarr")
    assert np.array_equal(found.values, VALUES)
    assert (found.axes, found.units) == ("TCZYX", ("s", "", "um", "um", "um"))
    assert found.spacing == (1.5, None, 0.5, 0.25, 0.125)
    assert found.layout.metadata["channels"] == ["a", "b", "c"]


def test_what_is_written_is_read_by_zarr(tmp_path: Path) -> None:
    import zarr

    steps, units = {"T": 1.5, "Z": 0.5, "Y": 0.25, "X": 0.125}, {"T": "s", "Z": "um", "Y": "um", "X": "um"}
    write(tmp_path / "a.ome.zarr", VALUES, "TZCYX", steps, units)
    group = zarr.open_group(tmp_path / "a.ome.zarr", mode="r")
    told = group.attrs["ome"]
    assert told["version"] == "0.5"  # type: ignore[index,call-overload]
    (image,) = told["multiscales"]  # type: ignore[index,call-overload,misc]
    assert [axis["name"] for axis in image["axes"]] == list("tczyx")  # type: ignore[index,call-overload,union-attr]
    assert np.array_equal(group["0"][:], VALUES.transpose(0, 2, 1, 3, 4))  # type: ignore[index]
    found = read(tmp_path / "a.ome.zarr")
    assert (found.axes, found.units) == ("TCZYX", ("s", "", "um", "um", "um"))
    assert found.spacing == (1.5, None, 0.5, 0.25, 0.125)


def test_a_volume_of_which_nothing_is_told_is_written_as_an_array(tmp_path: Path) -> None:
    import zarr

    write(tmp_path / "a.zarr", VALUES[0, 0])
    stored = zarr.open_array(tmp_path / "a.zarr", mode="r")
    assert np.array_equal(stored[:], VALUES[0, 0])
    assert stored.chunks[0] == 1  # no chunk has two planes
    assert stored.metadata.dimension_names == ("z", "y", "x")  # type: ignore[union-attr]
    with pytest.raises(ImageFileError, match="exists"):
        write(tmp_path / "a.zarr", VALUES[0, 0])
    write(tmp_path / "a.zarr", VALUES[0, 1], overwrite=True)
    assert np.array_equal(read(tmp_path / "a.zarr").values, VALUES[0, 1])
    assert [path.name for path in tmp_path.iterdir()] == ["a.zarr"]


@pytest.mark.parametrize("dtype", ["bool", "int8", "float16", "float64", "complex64", "uint64"])
def test_types_come_back(tmp_path: Path, dtype: str) -> None:
    values = VALUES[0, 0].astype(dtype)
    assert write(tmp_path / "a.zarr", values) == []
    found = read(tmp_path / "a.zarr").values
    assert found.dtype == values.dtype
    assert np.array_equal(found, values)


def test_an_array_of_a_group_is_named(tmp_path: Path) -> None:
    import zarr

    group = zarr.open_group(tmp_path / "a.zarr", mode="w")
    for name in ("one", "deep/two"):
        group.create_array(name, shape=(4, 5), dtype="f4")
    assert sorted(array.name for array in zarr_arrays(tmp_path / "a.zarr")) == ["deep/two", "one"]
    assert open_lazily(tmp_path / "a.zarr", "deep/two").axes == "YX"
    with pytest.raises(ArgumentError, match="`key` must be given"):
        read(tmp_path / "a.zarr")


def test_a_damaged_store_is_told(tmp_path: Path) -> None:
    write(tmp_path / "a.ome.zarr", VALUES)
    whole = (tmp_path / "a.ome.zarr" / "zarr.json").read_text()
    for text in (whole[:-40], whole.replace('"scale": [', '"scale": ["x", '), whole.replace('"0"', '"1"'), "[]"):
        (tmp_path / "a.ome.zarr" / "zarr.json").write_text(text)
        with pytest.raises(ImageFileError, match="damaged"):
            read(tmp_path / "a.ome.zarr")


@pytest.mark.parametrize("axes", ["ZCYX", "ZTCYX", "CYX"])
def test_axes_in_an_order_that_ome_zarr_does_not_have_come_back_in_it(tmp_path: Path, axes: str) -> None:
    """OME-Zarr 0.5: `The "time" axis must come first, followed by the "channel" axis and the axes of type "space"`."""
    values = np.arange(np.prod(range(2, 2 + len(axes)))).reshape(range(2, 2 + len(axes))).astype(np.int32)
    write(tmp_path / "a.ome.zarr", values, axes, {"Z": 2.0, "X": 0.5}, {"Z": "um", "X": "um"})
    own = "".join(sorted(axes, key="TCZYX".index))
    stored = read(tmp_path / "a.ome.zarr")
    assert stored.layout.axes == own
    assert np.array_equal(stored.values, values.transpose([axes.index(letter) for letter in own]))
    found = open_lazily(tmp_path / "a.ome.zarr", axes=axes)
    assert (found.axes, found.shape) == (axes, values.shape)
    assert (found.layout.step("Z"), found.layout.step("X")) == (2.0 if "Z" in axes else None, 0.5)
    assert np.array_equal(found.read(), values)
    assert np.array_equal(found.read(Region(((1, 2), (0, 2)))), values[1:2, 0:2])
    with pytest.raises(ArgumentError, match="must name"):
        open_lazily(tmp_path / "a.ome.zarr", axes="YX")
