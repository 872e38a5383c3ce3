"""Folders in which some files are bad, and runs that go on where others were ended."""

import json
import os
import shutil
import struct
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image

from preimage import restore
from preimage.cli.app import run
from tests.cli.test_app import done, failed, names

pytestmark = pytest.mark.usefixtures("tiny")


def write_bad(folder, good):
    """A file of every kind that cannot be restored, by name."""
    data = good.read_bytes()
    colours = Image.open(good)
    colours.load()
    (folder / "x-empty.png").write_bytes(b"")
    (folder / "x-text.png").write_text("no picture")
    (folder / "x-half.png").write_bytes(data[: len(data) // 2])
    Image.new("CMYK", (9, 9)).save(folder / "x-cmyk.jpg")
    tifffile.imwrite(folder / "x-nan.tif", np.full((9, 9, 3), np.nan, np.float32), photometric="rgb")
    colours.save(folder / "x-many.tif", save_all=True, append_images=[colours])
    header = b"IHDR" + struct.pack(">IIBBBBB", 200_000, 200_000, 8, 2, 0, 0, 0)
    (folder / "x-lies.png").write_bytes(data[:12] + header + struct.pack(">I", zlib.crc32(header)) + data[33:])
    (folder / "x-gif.webp").write_bytes(b"GIF89a\x01\x00\x01\x00\x00\x00\x00;")
    (folder / "x-tail.bmp").write_bytes(b"BM" + bytes(20))
    (folder / "x-rows.tif").write_bytes(b"II*\x00\x08\x00\x00\x00\x00\x00")
    return sorted(path.name for path in folder.glob("x-*"))


@pytest.fixture
def folder(tmp_path, photograph):
    """Two pictures, ten bad ones, and what is no picture."""
    made = tmp_path / "in"
    made.mkdir()
    for name in ("a.png", "b.png"):
        shutil.copy(photograph, made / name)
    assert len(write_bad(made, photograph)) == 10
    (made / "notes.txt").write_text("")
    return made


def test_bad_pictures_are_named_and_the_others_restored(folder, tmp_path, capsys):
    out = tmp_path / "out"
    assert run(["restore", "denoise", str(folder), "-o", str(out)]) == 1
    told = capsys.readouterr()
    assert names(out) == ["a.json", "a.png", "b.json", "b.png"]
    assert "2 of 12 restored; 10 failed:" in told.out
    bad = sorted(folder.glob("x-*"))
    assert [line.split(": ")[0] for line in told.out.splitlines()[-10:]] == [f"  {path}" for path in bad]
    assert [line.split(": ")[1] for line in told.err.splitlines()] == [str(path) for path in bad]
    assert "passed over, no pictures to restore: notes.txt" in told.out
    assert "Traceback" not in told.err


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix == ".png"}


def test_what_has_been_restored_is_passed_over(folder, tmp_path, capsys, monkeypatch):
    out, whole = tmp_path / "out", tmp_path / "whole"
    command = ["restore", "denoise", str(folder), "--sigma", "9/255", "-o"]
    assert run([*command, str(whole)]) == 1
    write = restore.ImageFile.write

    def killed(self, path, overwrite=False, quality=None):
        notes = write(self, path, overwrite, quality)
        if path.name == "b.png":
            raise KeyboardInterrupt
        return notes

    with monkeypatch.context() as patch:
        patch.setattr(restore.ImageFile, "write", killed)
        assert run([*command, str(out)]) == 130
    assert names(out) == ["a.json", "a.png"]
    first = (out / "a.png").stat()
    capsys.readouterr()
    assert run([*command, str(out), "--skip-existing"]) == 1
    assert "1 of 12 restored; 1 already there; 10 failed" in capsys.readouterr().out
    assert (out / "a.png").stat() == first
    assert contents(out) == contents(whole)


def test_a_record_without_its_picture_is_made_again(folder, tmp_path):
    out = tmp_path / "out"
    command = ["restore", "denoise", str(folder / "a.png"), "-o", str(out / "a.png"), "--skip-existing"]
    out.mkdir()
    done(command)
    before = contents(out)
    (out / "a.png").unlink()  # as a kill between the two leaves it
    done(command)
    assert contents(out) == before
    (out / "a.png").unlink()
    (out / "a.json").write_text("mine")
    assert run(command) == 1  # what is not ours is not replaced
    assert names(out) == ["a.json"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (["--sigma", "7/255"], "another `--sigma`"),
        (["--method", "groupsc"], "another `--method`"),
        (["--strength", "2"], "another `--strength`"),
    ],
)
def test_pictures_of_other_settings_are_not_passed_over(photograph, tmp_path, capsys, change, message):
    command = ["restore", "denoise", str(photograph), "-o", str(tmp_path / "b.png"), "--skip-existing"]
    done(command)
    done(command)
    assert "1 already there" in capsys.readouterr().out
    assert run([*command, *change]) == 1
    assert message in capsys.readouterr().err
    photograph.write_bytes((tmp_path / "b.png").read_bytes())
    assert run(command) == 1
    assert "something else" in capsys.readouterr().err
    (tmp_path / "b.json").unlink()
    assert run(command) == 1
    assert "has no record" in capsys.readouterr().err


def test_a_dry_run_says_everything_and_writes_nothing(folder, tmp_path, capsys):
    before = names(tmp_path)
    command = ["restore", "denoise", str(folder), "-o", str(tmp_path / "new" / "out"), "--dry-run"]
    assert run([*command, "--compare", str(tmp_path / "side")]) == 1
    told = capsys.readouterr().out
    assert "2 of 12 would be restored; nothing was written; 10 would fail:" in told
    assert "a.png -> " in told
    assert "45x37 colour, noise level" in told
    assert "of memory" in told
    assert names(tmp_path) == before
    photograph = str(folder / "a.png")
    done(["restore", "deblur", photograph, "--kernel", "gaussian:1", "--dry-run"])
    assert "a-deblurred.png" in capsys.readouterr().out
    assert not list(folder.glob("*deblurred*"))
    assert "exists" in failed(capsys, ["restore", "denoise", photograph, "-o", photograph, "--dry-run"])


@pytest.mark.usefixtures("small_prior")
def test_a_dry_run_of_a_fit_takes_a_few_steps(photograph, tmp_path, capsys):
    done(["restore", "denoise", photograph, "--method", "dip", "--steps", "900", "--dry-run"])
    assert "at most" in capsys.readouterr().out
    assert names(tmp_path) == ["photo.png"]


def test_the_quality_of_the_file_is_chosen_and_repeated(photograph, tmp_path, capsys):
    sizes = []
    for quality in ("30", "98"):
        out = tmp_path / f"{quality}.jpg"
        done(["restore", "denoise", photograph, "-o", out, "--quality", quality])
        sizes.append(out.stat().st_size)
        assert json.loads(out.with_suffix(".json").read_text())["settings"]["output_quality"] == int(quality)
        done(
            ["restore", "denoise", "--from-json", out.with_suffix(".json"), "-o", tmp_path / "again.jpg", "--overwrite"]
        )
        assert (tmp_path / "again.jpg").read_bytes() == out.read_bytes()
    assert sizes[0] < sizes[1]
    for suffix in ("png", "tif", "bmp"):
        out = tmp_path / f"a.{suffix}"
        assert "only JPEG and WebP" in failed(capsys, ["restore", "denoise", photograph, "-o", out, "--quality", "9"])
    assert "<= 100" in failed(capsys, ["restore", "denoise", photograph, "--quality", "101"])
    Image.open(photograph).save(tmp_path / "b.jpg", quality=20)
    done(["restore", "denoise", tmp_path / "b.jpg", "--output-quality", "55"])
    with Image.open(tmp_path / "b-denoised.jpg") as image:
        assert image.quantization[0][0] == 14  # 16 at quality 50, scaled by (200 - 2 q) %


def test_nothing_is_written_over_what_is_read(photograph, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mask = np.zeros((37, 45), np.uint8)
    mask[3:9, 4:30] = 255
    Image.fromarray(mask).save("mask.png")
    Image.fromarray(mask[:5, :5]).save("kernel.png")
    os.link("photo.png", "link.png")
    before = {name: (tmp_path / name).read_bytes() for name in names(tmp_path)}
    inpaint = ["restore", "inpaint", "photo.png", "--mask", "mask.png", "--overwrite"]
    deblur = ["restore", "deblur", "photo.png", "--kernel", "kernel.png", "--overwrite"]
    flash = ["restore", "flash", "photo.png", "--flash", "link.png", "--overwrite"]
    for command in (
        [*inpaint, "-o", "out.png", "--compare", "mask.png"], [*inpaint, "-o", "mask.png"],
        [*deblur, "-o", "out.png", "--compare", "kernel.png"], [*deblur, "-o", "./kernel.png"],
        [*flash, "-o", "out.png", "--compare", "link.png"], [*inpaint, "-o", "out.png", "--compare", "link.png"],
        [*inpaint, "-o", "out.png", "--compare", "Photo.PNG"], [*inpaint, "-o", "out.png", "--compare", "OUT.png"],
        ["restore", "denoise", "photo.png", "mask.png", "-o", ".", "--compare", ".", "--overwrite"],
    ):  # fmt: skip
        assert "files of their own" in failed(capsys, command)
        assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == before
