"""``preimage reconstruct`` on files that other libraries wrote, against what is known of a disk and against Python."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from preimage.cli.app import run
from preimage.cli.reconstruct import build_reconstruct
from preimage.reconstruct import reconstruct
from preimage.reconstruct.table import MODALITIES
from tests.reconstruct.disk import PLACE, VALUE, ball_projections, fan_sinogram, sinogram, value_and_place
from tests.reconstruct.mri.scan import header, kspace, phantom, sensitivities, write_ismrmrd

DEGREES = np.arange(0.0, 180.0)


@pytest.mark.parametrize("bins", [64, 65])
def test_a_disk_has_its_value_and_its_place(tmp_path: Path, bins: int) -> None:
    np.save(tmp_path / "sino.npy", sinogram(bins, DEGREES))
    command = ["reconstruct", "ct", str(tmp_path / "sino.npy"), "--angles", "0:180:1", "--method", "fbp"]
    assert run([*command, "-o", str(tmp_path / "out.npy")]) == 0
    image = np.load(tmp_path / "out.npy")
    assert image.shape == (bins, bins)
    inside, outside, place = value_and_place(image)
    assert abs(inside / VALUE - 1) < 0.01
    assert abs(outside) < 0.01 * VALUE
    assert place == pytest.approx(PLACE, abs=0.1)
    with Image.open(tmp_path / "out.png") as picture:
        assert picture.size[0] > 512
    record = json.loads((tmp_path / "out.json").read_text())
    assert (record["modality"], record["resolved"]["method"]) == ("ct", "fbp")
    assert record["output"] == str(tmp_path / "out.npy")


@pytest.mark.parametrize("bins", [64, 65])
def test_a_fan_is_described_by_options_or_a_file(tmp_path: Path, bins: int) -> None:
    np.save(tmp_path / "sino.npy", fan_sinogram(bins, 2 * DEGREES, 200.0, 100.0, 1.5))
    (tmp_path / "scan.toml").write_text(
        'geometry = "fan"\nangles = "0:360:2"\nsource = 200\ndetector = 100\nspacing = 1.5\n'
    )
    keys = ["--geometry", "fan", "--angles", "0:360", "--source", "200", "--detector", "100", "--spacing", "1.5"]
    for name, options in (("a", keys), ("b", ["--geometry", str(tmp_path / "scan.toml")])):
        command = ["reconstruct", "ct", str(tmp_path / "sino.npy"), *options]
        assert run([*command, "-o", str(tmp_path / f"{name}.npy")]) == 0
    image = np.load(tmp_path / "a.npy")
    assert np.array_equal(image, np.load(tmp_path / "b.npy"))
    inside, outside, place = value_and_place(image)
    assert abs(inside / VALUE - 1) < 0.01
    assert abs(outside) < 0.01 * VALUE
    assert place == pytest.approx(PLACE, abs=0.1)


def test_a_cone_gives_a_volume_with_its_slices_upwards(tmp_path: Path) -> None:
    import nibabel

    np.save(tmp_path / "views.npy", ball_projections(32, 50, 3 * DEGREES[:120], 200.0, 100.0, 2.0))
    keys = ["--geometry", "cone", "--angles", "0:360", "--source", "200", "--detector", "100", "--spacing", "1.5"]
    command = ["reconstruct", "ct", str(tmp_path / "views.npy"), *keys, "--size", "30x50x50"]
    assert run([*command, "-o", str(tmp_path / "a.nii.gz")]) == 0
    volume = nibabel.load(tmp_path / "a.nii.gz")
    slices = volume.get_fdata().transpose(2, 1, 0)
    inside, _, place = value_and_place(slices[16])
    assert abs(inside / VALUE - 1) < 0.02
    assert place == pytest.approx(PLACE, abs=0.2)
    x, y, z = volume.affine[:3] @ [*np.argwhere(slices > VALUE / 2).mean(0)[::-1], 1]
    assert (x, y, z) == pytest.approx((*PLACE, 2.0), abs=0.3)
    assert json.loads((tmp_path / "a.json").read_text())["resolved"]["method"] == "fdk"


def test_rows_are_slices_of_their_own(tmp_path: Path) -> None:
    first = sinogram(48, DEGREES[::2])
    np.save(tmp_path / "sino.npy", np.stack([first, 0 * first, 2 * first], 1))
    command = ["reconstruct", "ct", str(tmp_path / "sino.npy"), "--angles", "0:180", "--no-preview"]
    assert run([*command, "-o", str(tmp_path / "out.npy")]) == 0
    image = np.load(tmp_path / "out.npy")
    assert image.shape == (3, 48, 48)
    np.testing.assert_allclose(image[2], 2 * image[0], atol=1e-5)
    assert not image[1].any()
    assert not (tmp_path / "out.png").exists()


def test_a_record_repeats_the_same_bytes(tmp_path: Path) -> None:
    noisy = sinogram(32, DEGREES[::6]) + 0.1 * np.random.default_rng(0).standard_normal((30, 32))
    np.save(tmp_path / "sino.npy", noisy)
    command = ["reconstruct", "ct", str(tmp_path / "sino.npy"), "--angles", "0:180:6", "--method", "tv"]
    assert run([*command, "--weight", "auto", "--steps", "20", "-o", str(tmp_path / "a.npy")]) == 0
    record = tmp_path / "a.json"
    assert run(["reconstruct", "ct", "--from-json", str(record), "-o", str(tmp_path / "b.npy")]) == 0
    assert (tmp_path / "a.npy").read_bytes() == (tmp_path / "b.npy").read_bytes()
    resolved = json.loads(record.read_text())["resolved"]
    assert resolved["weight"] > 0
    assert 0.05 < resolved["sigma"] < 0.2
    again = json.loads((tmp_path / "b.json").read_text())
    assert (again["resolved"], again["settings"]) == (resolved, json.loads(record.read_text())["settings"])


def test_what_is_there_is_kept_passed_over_or_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.save(tmp_path / "sino.npy", sinogram(32, DEGREES[::6]))
    command = ["reconstruct", "ct", str(tmp_path / "sino.npy"), "--angles", "0:180:6", "-o", str(tmp_path / "a.npy")]
    assert run([*command, "--dry-run"]) == 0
    assert not (tmp_path / "a.npy").exists()
    assert run(command) == 0
    assert run(command) == 2
    assert "exists" in capsys.readouterr().err
    assert run([*command, "--skip-existing"]) == 0
    assert "already" in capsys.readouterr().out
    assert run([*command, "--skip-existing", "--window", "hann"]) == 2
    assert "another `--window`" in capsys.readouterr().err
    assert run([*command, "--overwrite", "--window", "hann"]) == 0


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "`--angles` must be given"),
        (["--angles", "0:180:2"], "`--angles` must be 30"),
        (["--angles", "0:180:6", "--geometry", "fan"], "`--source` must be given"),
        (["--angles", "0:180:6", "--geometry", "cone", "--source", "9", "--detector", "3"], "`--geometry` must be fan"),
        (["--angles", "0:180:6", "--source", "9"], "`--source` must be left out"),
        (["--angles", "0:180:6", "--geometry", "spiral"], "`--geometry` must be parallel"),
        (["--angles", "0:180:6", "--weight", "2"], "`--weight` must be left out for fbp"),
        (["--angles", "0:180:6", "--method", "tv", "--weight", "-2"], "`--weight` must be above 0"),
        (["--angles", "0:180:6", "--method", "fdk"], "`--method` must be fbp"),
        (["--angles", "0:180:6", "--method", "sirt", "--steps", "0"], "`--steps` must be at least 1"),
        (["--angles", "0:180:6", "--size", "0"], "`--size` must be N"),
        (["--angles", "0:180:6", "--memory", "1kB"], "`--memory`"),
        (["--angles", "0:180:6", "--key", "x"], "`--key` must name"),
        (["--angles", "0:180:6", "--axis", "16"], "`--axis` must be where the detector sees it, between -16 and 16"),
        (["--angles", ""], "got ''"),
        (["--angles", "0:180:6", "--pixel", "-1"], "`--pixel` must be above 0"),
        (["--angles", "nowhere.txt"], "`--angles` must be START"),
        (["--angles", "0:180:6", "--method", "magic"], "magic"),
    ],
    ids=str,
)
def test_what_is_wrong_gets_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    np.save(tmp_path / "sino.npy", sinogram(32, DEGREES[::6]))
    assert run(["reconstruct", "ct", str(tmp_path / "sino.npy"), *options, "-o", str(tmp_path / "a.npy")]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sino.npy"]


def test_k_space_of_ismrmrd_becomes_nifti_that_a_record_repeats(tmp_path: Path) -> None:
    import nibabel

    maps, image = sensitivities(3, 32, 30), phantom(32, 30)
    write_ismrmrd(tmp_path / "scan.h5", [kspace(image, maps)], header(30, 32, (32, 30)), [*range(0, 32, 2), 15, 17, 19])
    command = ["reconstruct", "mri", str(tmp_path / "scan.h5"), "-o", str(tmp_path / "a.nii.gz")]
    assert run(command) == 0
    found = nibabel.load(tmp_path / "a.nii.gz")
    assert found.shape == (30, 32, 1)
    assert nibabel.aff2axcodes(found.affine) == ("L", "P", "S")
    python = reconstruct("mri", tmp_path / "scan.h5").image
    assert np.array_equal(found.get_fdata()[..., 0].T, python)
    again = ["reconstruct", "mri", "--from-json", str(tmp_path / "a.json"), "-o", str(tmp_path / "b.nii.gz")]
    assert run(again) == 0
    assert (tmp_path / "a.nii.gz").read_bytes() == (tmp_path / "b.nii.gz").read_bytes()
    assert run(["reconstruct", "ct", "--from-json", str(tmp_path / "a.json"), "-o", str(tmp_path / "c.npy")]) == 2


def test_counts_become_activity(tmp_path: Path) -> None:
    np.save(tmp_path / "counts.npy", np.random.default_rng(0).poisson(50 * sinogram(48, DEGREES[::6]) + 2))
    command = ["reconstruct", "pet", str(tmp_path / "counts.npy"), "--background", "2", "-o", str(tmp_path / "a.npy")]
    assert run(command) == 0
    inside, _, place = value_and_place(np.load(tmp_path / "a.npy"))
    assert inside == pytest.approx(50 * VALUE, rel=0.03)
    assert place == pytest.approx(PLACE, abs=0.3)
    again = ["reconstruct", "pet", "--from-json", str(tmp_path / "a.json"), "-o", str(tmp_path / "b.npy")]
    assert run(again) == 0
    assert (tmp_path / "a.npy").read_bytes() == (tmp_path / "b.npy").read_bytes()


@pytest.mark.parametrize(
    ("values", "options", "told"),
    [
        (np.ones((3, 8, 8)), [], "complex numbers"),
        (np.full((3, 8, 8), np.nan, np.complex64), [], "all are NaN"),
        (np.zeros((3, 8, 8), np.complex64), [], "all are zero"),
        (np.zeros((3, 0, 8), np.complex64), [], "empty"),
        (np.ones((3, 8, 8), np.complex64), ["--coils", "4"], "`--coils` must be between"),
        (np.ones((3, 8, 8), np.complex64), ["--mask", "none.npy"], "none.npy"),
        (np.ones((3, 8, 8), np.complex64), ["--weight", "1"], "`--weight` must be left out for zero-filled"),
        (np.ones((3, 8, 8), np.complex64), ["--key", "b"], "`--key`"),
    ],
    ids=str,
)
def test_what_is_no_k_space_gets_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], values: np.ndarray, options: list[str], told: str
) -> None:
    np.save(tmp_path / "k.npy", values)
    assert run(["reconstruct", "mri", str(tmp_path / "k.npy"), *options, "-o", str(tmp_path / "a.npy")]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert not (tmp_path / "a.npy").exists()


def test_every_modality_is_a_command() -> None:
    app = build_reconstruct()
    for row in MODALITIES:
        assert (row.name in app) == (row.command == "reconstruct")
