from pathlib import Path

import numpy as np
import pytest
import tifffile

from preimage.files import open_lazily
from preimage.reconstruct.microscopy.voxel import StoredVoxel, stored_voxel

STACK = np.zeros((3, 4, 5), np.uint16)


@pytest.mark.parametrize(("unit", "scale"), [("um", 1), ("micron", 1), ("\\u00B5m", 1), ("nm", 1e-3), ("mm", 1e3)])
def test_imagej_tells_its_unit(tmp_path: Path, unit: str, scale: float) -> None:
    told = {"axes": "ZYX", "spacing": 0.5, "unit": unit}
    tifffile.imwrite(tmp_path / "a.tif", STACK, imagej=True, resolution=(10, 8), metadata=told)
    found = stored_voxel(open_lazily(tmp_path / "a.tif").layout)
    assert found.step == pytest.approx(0.5 * scale)
    assert found.row == pytest.approx(scale / 8)
    assert found.column == pytest.approx(scale / 10)


def test_ome_tells_its_sizes(tmp_path: Path) -> None:
    told = {"axes": "ZYX", "PhysicalSizeX": 80, "PhysicalSizeXUnit": "nm", "PhysicalSizeY": 0.09, "PhysicalSizeZ": 0.3}
    tifffile.imwrite(tmp_path / "a.ome.tif", STACK, ome=True, metadata=told)
    assert stored_voxel(open_lazily(tmp_path / "a.ome.tif").layout) == StoredVoxel(0.3, 0.09, pytest.approx(0.08))  # type: ignore[arg-type]


def test_others_tell_nothing(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", STACK)
    tifffile.imwrite(tmp_path / "a.tif", STACK, photometric="minisblack", resolution=(72, 72))
    tifffile.imwrite(tmp_path / "b.tif", STACK, imagej=True, resolution=(1, 1), metadata={"axes": "ZYX"})
    for path in (tmp_path / "a.npy", tmp_path / "a.tif", tmp_path / "b.tif"):
        assert stored_voxel(open_lazily(path).layout) == StoredVoxel()


@pytest.mark.parametrize("axes", ["ZCYX", "TZYX"])
def test_channels_and_times_do_not_matter(tmp_path: Path, axes: str) -> None:
    told = {"axes": axes, "spacing": 2.0, "unit": "um"}
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((3, 2, 4, 5), np.uint16), imagej=True, metadata=told)
    assert stored_voxel(open_lazily(tmp_path / "a.tif").layout).step == 2.0
