from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from preimage.errors import ArgumentError, ImageFileError
from preimage.physics import ConeBeam, FanBeam, ParallelBeam
from preimage.reconstruct import CTSettings
from preimage.reconstruct.ct.geometry import scan_geometry
from preimage.reconstruct.ct.geometry_keys import GeometryKeys, geometry_keys

COVERS = ["preimage.reconstruct.ct.geometry", "preimage.reconstruct.ct.geometry_keys"]

FAN = GeometryKeys("fan", "0:360", 2.0, source=300.0, detector=100.0)
CONE = replace(FAN, geometry="cone")


def test_parallel_rays_are_usual_with_bins_of_one_unit() -> None:
    found = scan_geometry(GeometryKeys(angles="0:180"), (4, 32), None)
    assert found.beam == ParallelBeam([0, 45, 90, 135], 32)
    assert (found.shape, found.pixel, found.thickness, found.has_unit) == ((32, 32), 1.0, 1.0, False)


def test_a_pixel_is_a_bin_as_it_is_seen_in_the_axis() -> None:
    fan = scan_geometry(FAN, (4, 32), None)
    assert fan.beam == FanBeam([0, 90, 180, 270], 32, 300, 100, 2.0)
    assert (fan.pixel, fan.has_unit) == (1.5, True)
    cone = scan_geometry(replace(CONE, row_spacing=3.0, axis=0.5), (4, 10, 32), None)
    assert cone.beam == ConeBeam([0, 90, 180, 270], 32, 10, 300, 100, 2.0, 3.0, axis=0.5)
    assert cone.shape == (10, 32, 32)
    assert scan_geometry(replace(FAN, pixel=2.5, size="20x30"), (4, 32), None).shape == (20, 30)
    assert scan_geometry(replace(CONE, size="5"), (4, 10, 32), None).shape == (10, 5, 5)


def test_angles_of_the_file_are_taken_where_none_are_given() -> None:
    found = scan_geometry(GeometryKeys(), (3, 32), np.array([1.0, 2.0, 5.0]))
    assert found.beam.degrees == (1, 2, 5)
    with pytest.raises(ArgumentError, match=r"`angles` must be 3.*input holds"):
        scan_geometry(GeometryKeys(), (3, 32), np.array([1.0, 2.0]))
    with pytest.raises(ArgumentError, match="`angles` must be given"):
        scan_geometry(GeometryKeys(), (3, 32), None)


@pytest.mark.parametrize(
    ("keys", "shape", "told"),
    [
        (replace(FAN, source=None), (4, 32), "`source` must be given"),
        (replace(FAN, axis=30.0, offset=6.0), (4, 32), "`axis` must be .* between -19.5 and 28.5, got 30"),
        (replace(CONE, detector=None), (4, 3, 32), "`detector` must be given"),
        (replace(FAN, source=-1.0), (4, 32), "`source`"),
        (replace(FAN, spacing=0.0), (4, 32), "`spacing`"),
        (replace(FAN, pitch=3.0), (4, 32), "`pitch` must be left out"),
        (replace(FAN, geometry="parallel"), (4, 32), "`source` must be left out"),
        (CONE, (4, 32), "`geometry` must be fan"),
        (FAN, (4, 3, 32), "`geometry` must be cone"),
        (replace(FAN, size="3x4x5"), (4, 32), "`size` must be N or ROWS"),
        (replace(FAN, size="100000"), (4, 32), "`size` must be N or ROWS"),
    ],
)
def test_what_contradicts_the_projections_is_named(keys: GeometryKeys, shape: tuple[int, ...], told: str) -> None:
    with pytest.raises(ArgumentError, match=told):
        scan_geometry(keys, shape, None)


def test_a_file_has_the_keys_of_the_options(tmp_path: Path) -> None:
    file = tmp_path / "scan.toml"
    file.write_text('geometry = "fan"\nangles = "0:360"\nspacing = 2\nsource = 300\ndetector = 100.0\n')
    assert geometry_keys(CTSettings(geometry=str(file))) == FAN
    assert geometry_keys(CTSettings(geometry=str(file), axis=0.25)) == replace(FAN, axis=0.25)
    assert geometry_keys(CTSettings(geometry="fan", source=3.0)) == GeometryKeys("fan", source=3.0)
    file.write_text('angles = [0, 1.5]\nsize = [3, 4]\nrow-spacing = 2\naxis = "auto"\n')
    assert geometry_keys(CTSettings(geometry=str(file))) == GeometryKeys(
        angles=(0.0, 1.5), size="3x4", row_spacing=2.0, axis="auto"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sourze = 3", "`sourze`.*no key"),
        ('source = "3"', "`source`.*number"),
        ("geometry = 3", "`geometry`.*parallel"),
        ("curved = 3", "`curved`.*true or false"),
        ("angles = [true]", "`angles`"),
        ("source = ", "`geometry` must be a TOML file"),
        ("source = 300", "`source` must be the same"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "scan.toml").write_text(text)
    with pytest.raises(ArgumentError, match=told):
        geometry_keys(CTSettings(geometry=str(tmp_path / "scan.toml"), source=200.0))


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match="`geometry`"):
        geometry_keys(CTSettings(geometry=str(tmp_path / "none.toml")))
