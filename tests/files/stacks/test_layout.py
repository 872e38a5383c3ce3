import numpy as np
import pytest

from preimage.errors import ArgumentError
from preimage.files.formats.npy import npy_arrays
from preimage.files.stacks.layout import Layout, layout_of, parse_axes, usual_axes
from preimage.files.stacks.stored import held_array, with_axes
from preimage.files.stacks.units import factor_between, long_unit, unit_of

COVERS = ["preimage.files.stacks.layout", "preimage.files.stacks.units"]


def test_axes_of_which_nothing_is_told_are_the_usual_ones() -> None:
    assert [usual_axes(count) for count in range(7)] == ["", "X", "YX", "ZYX", "TZYX", "TZCYX", "aTZCYX"]
    assert parse_axes("tzcyx", 5) == "TZCYX"
    for text in ("", "ZZYX", "ZY", "QYX"):
        with pytest.raises(ArgumentError, match="letters"):
            parse_axes(text, 2)
    with pytest.raises(ArgumentError, match="name 3 axes"):
        parse_axes("YX", 3)


def test_planes_are_rows_and_columns_and_colours() -> None:
    layout = layout_of((2, 3, 4, 5, 3), ">u2", "TZYXS", {"Z": 0.5, "X": -1.0}, {"Z": "um"})
    assert isinstance(layout, Layout)
    assert (layout.plane_shape, layout.stack_shape, layout.nbytes) == ((4, 5, 3), (2, 3), 720)
    assert list(layout.planes())[:2] == [(0, 0), (0, 1)]
    assert layout.dtype.isnative
    assert layout.spacing == (None, 0.5, None, None, None)  # a negative distance is none
    assert (layout.step("Z"), layout.unit("Z"), layout.size("T"), layout.size("C")) == (0.5, "um", 2, 1)
    whole = layout_of((2, 3), "u1").stacked(4, "Z", 0.5, "um")
    assert (whole.axes, whole.shape, whole.spacing, whole.units) == (
        "ZYX",
        (4, 2, 3),
        (0.5, None, None),
        ("um", "", ""),
    )


def test_rows_and_columns_become_the_last_axes(tmp_path) -> None:
    values = np.arange(2 * 3 * 4).reshape(2, 3, 4)
    array = with_axes(held_array(tmp_path, "", values), "XYZ")
    assert (array.axes, array.shape) == ("ZYX", (4, 3, 2))
    assert np.array_equal(array.read(), values.transpose(2, 1, 0))
    assert np.array_equal(array.plane((3,)), values[:, :, 3].T)


def test_what_is_read_is_the_readers_own(tmp_path) -> None:
    values = np.arange(6).reshape(2, 3)
    array = held_array(tmp_path, "", values)
    array.read()[:] = 0
    assert values[1, 2] == 5
    np.save(tmp_path / "a.npy", values)
    assert npy_arrays(tmp_path / "a.npy")[0].read().flags.writeable


def test_axes_of_one_value_are_put_in(tmp_path) -> None:
    values = np.arange(2 * 3 * 4).reshape(2, 3, 4)
    array = with_axes(held_array(tmp_path, "", values), "TZCYX")
    assert array.shape == (1, 2, 1, 3, 4)
    assert np.array_equal(array.read()[0, :, 0], values)
    with pytest.raises(ArgumentError, match="name 3 axes"):
        with_axes(held_array(tmp_path, "", values), "TCYX")


def test_units_have_one_name_each() -> None:
    for text in ("um", "µm", "micron", "Micrometer", "micrometres", "\\u00B5m"):
        assert unit_of(text) == "um"
    assert [unit_of(text) for text in ("millimeter", "second", "sec", "parsec", "pixel", "")] == [
        "mm",
        "s",
        "s",
    ] + 3 * [""]
    assert (long_unit("um"), long_unit("pixel")) == ("micrometer", "")
    assert factor_between("nm", "um") == pytest.approx(1e-3)
    assert factor_between("s", "um") is None
