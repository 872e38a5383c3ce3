import errno
import json

import numpy as np
import pytest
import tifffile
from PIL import Image

from preimage.cli.app import run
from preimage.files import atomic

pytestmark = pytest.mark.usefixtures("tiny")


def failed(capsys, arguments, status=2):
    """The one line that the command line leaves on standard error."""
    assert run([str(a) for a in arguments]) == status
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("preimage: ")
    return lines[0]


def done(arguments):
    assert run([str(a) for a in arguments]) == 0


def opened(path):
    with Image.open(path) as image:
        return image.mode, image.size


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_restored_with_its_record(tmp_path, photograph, picture, capsys):
    out = tmp_path / "out"
    out.mkdir()
    done(["restore", "denoise", photograph, "-o", out / "b.png", "--strength", "1.5", "--compare", out / "c.png"])
    assert names(out) == ["b.json", "b.png", "c.png"]
    assert opened(out / "b.png") == ("RGB", (45, 37))
    assert opened(out / "c.png")[1] == (2 * 45 + 8, 37 + 20)
    record = json.loads((out / "b.json").read_text())
    assert record["settings"]["sigma"] == "auto"
    assert record["resolved"]["sigma"] == pytest.approx(1.5 * record["resolved"]["sigma_before_strength"])
    assert set(record["versions"]) == {"preimage", "torch", "python"}
    assert len(record["resolved"]["weights"]["sha256"]) == 64
    assert record["peak_memory"] > 1e8
    told = capsys.readouterr().out
    assert "/255), estimated, times 1.5" in told
    assert "peak memory" in told


@pytest.mark.parametrize(
    "arguments",
    [
        ["denoise", "--sigma", "5/255"],
        ["deblur", "--kernel", "motion:5@30", "--steps", "2"],
        ["superresolve", "--factor", "3", "--method", "dpir", "--steps", "2"],
        ["superresolve", "--factor", "3"],
        ["inpaint", "--mask", "mask.png", "--steps", "2"],
    ],
)
def test_every_task_runs_and_repeats_to_the_bit(tmp_path, photograph, picture, arguments, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mask = np.zeros(picture.shape[:2], np.uint8)
    mask[3:9, 4:30] = 255
    Image.fromarray(mask).save("mask.png")
    done(["restore", *arguments, photograph, "-o", "once.png"])
    done(["restore", arguments[0], "--from-json", "once.json", "-o", "twice.png"])
    assert (tmp_path / "once.png").read_bytes() == (tmp_path / "twice.png").read_bytes()
    factor = 3 if arguments[0] == "superresolve" else 1
    assert opened("once.png") == ("RGB", (factor * 45, factor * 37))


def test_a_mosaic_becomes_a_colour_picture(tmp_path, picture):
    Image.fromarray(picture[..., 0]).save(tmp_path / "raw.png")
    done(["restore", "demosaic", tmp_path / "raw.png", "-o", tmp_path / "b.png", "--pattern", "GBRG", "--steps", "2"])
    assert opened(tmp_path / "b.png") == ("RGB", (45, 37))


def test_one_bad_file_does_not_stop_a_folder(tmp_path, photograph, capsys):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.png", "c.png"):
        (folder / name).write_bytes(photograph.read_bytes())
    (folder / "b.png").write_bytes(photograph.read_bytes()[:300])
    assert run(["restore", "denoise", str(folder), "-o", str(tmp_path / "out")]) == 1
    told = capsys.readouterr()
    assert names(tmp_path / "out") == ["a.json", "a.png", "c.json", "c.png"]
    assert "2 of 3 restored; 1 failed" in told.out
    assert "b.png" in told.out.splitlines()[-1]
    assert len(told.err.splitlines()) == 1


def bad_inputs(folder, photograph):
    (folder / "text.png").write_text("no picture")
    (folder / "half.png").write_bytes(photograph.read_bytes()[:300])
    (folder / "empty.png").write_bytes(b"")
    samples = np.full((9, 9, 3), np.nan, np.float32)
    tifffile.imwrite(folder / "nan.tif", samples, photometric="rgb")
    np.save(folder / "k.npy", np.full((3, 3), np.inf))
    good, out = photograph, ["-o", folder / "out.png"]
    return [
        (["denoise", folder / "none.png", *out], "exists"), (["denoise", folder / "text.png", *out], "which is none"),
        (["denoise", folder / "half.png", *out], "truncated"), (["denoise", folder / "empty.png", *out], "empty"),
        (["denoise", folder / "nan.tif", *out], "NaN"),
        (["deblur", good, "--kernel", folder / "k.npy", *out], "finite"),
        (["deblur", good, "--kernel", "box", *out], "gaussian:1.6"),
        (["deblur", good, "--kernel-size", "4", *out], "--kernel-size"),
        (["inpaint", good, *out], "--mask"), (["demosaic", good, *out], "mosaic"),
        (["denoise", good, "--quality", "90", *out], "--output-quality"),
        (["denoise", *out], "INPUT"), (["denoise", good, "--sigma", "25", *out], "25/255"),
        (["denoise", good, "--sigma", "loud", *out], "0.098"), (["denoise", good, "--memory", "9MB", *out], "at least"),
        (["denoise", good, "--wrong", *out], "--wrong"), (["denoise", good, "--device", "abacus", *out], "cuda"),
        (["superresolve", good, "--factor", "5", *out], "2, 3, 4"),
        (["denoise", good, "-o", folder / "a.xyz"], ".webp"),
        (["denoise", good, "-o", good], "--overwrite"), (["denoise", good, "-o", folder / "no" / "a.png"], "folder"),
        (["denoise", good, "--from-json", folder / "text.png", *out], "record"), (["improve", good, *out], "improve"),
        (["denoise", good, "--weights", "best", *out], "drunet"),
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(24))
def test_bad_input_is_one_line_and_status_2(tmp_path, photograph, capsys, number):
    arguments, message = bad_inputs(tmp_path, photograph)[number]
    before = names(tmp_path)
    assert message in failed(capsys, ["restore", *arguments])
    assert names(tmp_path) == before


def test_existing_files_are_replaced_only_when_told(tmp_path, photograph, capsys):
    out = tmp_path / "b.png"
    done(["restore", "denoise", photograph, "-o", out])
    out.unlink()
    assert "b.json" in failed(capsys, ["restore", "denoise", photograph, "-o", out])
    assert not out.exists()
    done(["restore", "denoise", photograph, "-o", out, "--overwrite"])


def test_a_full_disk_leaves_nothing(tmp_path, photograph, capsys, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", full)
    assert "disk is full" in failed(capsys, ["restore", "denoise", photograph, "-o", tmp_path / "b.png"])
    assert names(tmp_path) == ["photo.png"]


def test_an_interrupt_and_our_own_faults_are_one_line(tmp_path, photograph, capsys, monkeypatch):
    for error, status in ((KeyboardInterrupt(), 130), (MemoryError(), 2), (ZeroDivisionError("oops"), 70)):

        def stop(*_, error=error, **__):
            raise error

        monkeypatch.setattr("preimage.restore.tasks.denoise.denoise", stop)
        failed(capsys, ["restore", "denoise", photograph, "-o", tmp_path / "b.png"], status)
        assert names(tmp_path) == ["photo.png"]
    monkeypatch.setenv("PREIMAGE_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        run(["restore", "denoise", str(photograph), "-o", str(tmp_path / "b.png")])


def test_a_record_is_repeated_alone(tmp_path, photograph, capsys):
    done(["restore", "denoise", photograph, "-o", tmp_path / "b.png"])
    repeat = ["--from-json", tmp_path / "b.json", "-o", tmp_path / "c.png"]
    assert "preimage restore denoise" in failed(capsys, ["restore", "deblur", *repeat])
    assert "only setting" in failed(capsys, ["restore", "denoise", *repeat, "--strength", "2"])
    photograph.write_bytes((tmp_path / "b.png").read_bytes())
    assert "bytes differ" in failed(capsys, ["restore", "denoise", *repeat])


def test_a_trace_tells_of_every_step(tmp_path, photograph, capsys):
    arguments = ["restore", "deblur", photograph, "--kernel", "gaussian:1", "--steps", "3", "--sigma", "0.05"]
    done([*arguments, "-o", tmp_path / "b.png", "--trace"])
    assert names(tmp_path) == sorted(["b.json", "b.png", "b.trace.csv", "b.trace.png", photograph.name])
    rows = [line.split(",") for line in (tmp_path / "b.trace.csv").read_text().splitlines()]
    assert rows[0] == ["step", "sample", "seconds", "residual", "data_term", "sigma"]
    assert [row[0] for row in rows[1:]] == ["1", "2", "3"]
    levels = [float(row[5]) for row in rows[1:]]
    assert levels == pytest.approx([49 / 255, (49 / 255 * 0.05) ** 0.5, 0.05])
    assert opened(tmp_path / "b.trace.png")[0] == "RGBA"
    assert "trace" in capsys.readouterr().out
    (tmp_path / "b.png").unlink()
    (tmp_path / "b.json").unlink()
    assert "b.trace.csv, which exists" in failed(capsys, [*arguments, "-o", tmp_path / "b.png", "--trace"])
    assert "no steps" in failed(capsys, ["restore", "denoise", photograph, "-o", tmp_path / "d.png", "--trace"])
