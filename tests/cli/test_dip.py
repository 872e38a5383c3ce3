import json
import signal

import numpy as np
import pytest
from PIL import Image

from preimage import restore
from preimage.cli import progress
from preimage.cli.app import run
from tests.cli.test_app import done, failed, names, opened

pytestmark = pytest.mark.usefixtures("small_prior")


@pytest.mark.parametrize(
    "arguments",
    [
        ["denoise", "--method", "dip", "--seed", "4"],
        ["denoise", "--method", "dip", "--sigma", "9/255", "--strength", "1.2", "--runs", "2"],
        ["deblock", "--method", "dip"],
        ["deblur", "--method", "dip", "--kernel", "motion:5@30"],
        ["superresolve", "--method", "dip", "--factor", "8"],
        ["inpaint", "--method", "dip", "--mask", "mask.png", "--white", "seen"],
        ["flash", "--flash", "flash.png"],
    ],
)
def test_every_task_runs_and_repeats_to_the_bit(tmp_path, picture, arguments, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.fromarray(picture[:20, :24]).save("photo.png")
    Image.fromarray(picture[:20, 24:0:-1]).save("flash.png")
    mask = np.full((20, 24), 255, np.uint8)
    mask[3:9, 4:20] = 0
    Image.fromarray(mask).save("mask.png")
    done(["restore", *arguments, "photo.png", "-o", "once.png", "--steps", "2"])
    done(["restore", arguments[0], "--from-json", "once.json", "-o", "twice.png"])
    assert (tmp_path / "once.png").read_bytes() == (tmp_path / "twice.png").read_bytes()
    factor = 8 if arguments[0] == "superresolve" else 1
    assert opened("once.png") == ("RGB", (factor * 24, factor * 20))


def test_a_trace_tells_the_misfit_and_the_score_of_every_step(tmp_path, photograph):
    options = ["--method", "dip", "--steps", "3", "--trace"]
    done(["restore", "deblock", photograph, "-o", tmp_path / "once.png", *options])
    rows = (tmp_path / "once.trace.csv").read_text().splitlines()
    assert rows[0] == "step,sample,seconds,residual,misfit,score"
    assert len(rows) == 4
    assert opened(tmp_path / "once.trace.png")[0] == "RGBA"


def test_depth_transparency_and_previews(tmp_path, picture, monkeypatch):
    samples = np.dstack([picture, picture[..., :1]]).astype(np.uint16)[:20, :24] * 257
    restore.ImageFile.from_array(samples).write(tmp_path / "deep.png")
    seen, write = [], restore.ImageFile.write

    def noted(self, path, overwrite=False, quality=None):
        seen.append(path.name)
        return write(self, path, overwrite, quality)

    monkeypatch.setattr(restore.ImageFile, "write", noted)
    options = ["--method", "dip", "--steps", "2", "--preview", "0"]
    done(["restore", "denoise", tmp_path / "deep.png", "-o", tmp_path / "b.png", *options])
    assert seen == ["b.preview.png", "b.preview.png", "b.png"]
    assert names(tmp_path) == ["b.json", "b.png", "deep.png"]
    image = restore.ImageFile.read(tmp_path / "b.png")
    assert image.dtype == np.uint16
    assert image.alpha is not None
    assert np.array_equal(image.alpha, samples[..., 3])


def interrupt(monkeypatch, steps, number=signal.SIGINT):
    """Press Ctrl-C in these steps, counted from 1."""
    told, tell = [], progress.Bar.tell

    def pressed(self, text):
        tell(self, text)
        told.append(text)
        if len(told) in steps:
            signal.raise_signal(number)

    monkeypatch.setattr(progress.Bar, "tell", pressed)
    return told


def test_an_interrupt_writes_the_best_picture_so_far(tmp_path, photograph, capsys, monkeypatch):
    told = interrupt(monkeypatch, {3})
    options = ["--method", "dip", "--steps", "50"]
    assert run(["restore", "denoise", str(photograph), "-o", str(tmp_path / "b.png"), *options]) == 130
    assert len(told) == 3
    said = capsys.readouterr()
    assert said.err == f"preimage: interrupted; the best picture so far is in {tmp_path / 'b.png'}.\n"
    assert "interrupted at step 3" in said.out
    assert json.loads((tmp_path / "b.json").read_text())["stopped"].startswith("interrupted at step 3")
    done(["restore", "denoise", "--from-json", tmp_path / "b.json", "-o", tmp_path / "c.png"])
    assert (tmp_path / "b.png").read_bytes() == (tmp_path / "c.png").read_bytes()


def test_a_second_interrupt_aborts_and_leaves_the_preview(tmp_path, photograph, capsys, monkeypatch):
    def twice(self, text):
        if text.startswith("step 3"):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(progress.Bar, "tell", twice)
    options = ["--method", "dip", "--preview", "0"]
    arguments = ["restore", "denoise", photograph, "-o", tmp_path / "b.png", *options]
    assert "interrupted; nothing half-written" in failed(capsys, arguments, 130)
    assert names(tmp_path) == ["b.preview.png", "photo.png"]
    assert "b.preview.png, which exists" in failed(capsys, arguments)


def test_an_interrupt_ends_a_folder(tmp_path, photograph, capsys, monkeypatch):
    (tmp_path / "in").mkdir()
    for name in ("a.png", "b.png", "c.png"):
        (tmp_path / "in" / name).write_bytes(photograph.read_bytes())
    interrupt(monkeypatch, {4})
    options = ["--method", "dip", "--steps", "2", "-o", str(tmp_path / "out")]
    assert run(["restore", "denoise", str(tmp_path / "in"), *options]) == 130
    assert names(tmp_path / "out") == ["a.json", "a.png", "b.json", "b.png"]
    assert "2 of 3 restored, the last one not to its end." in capsys.readouterr().out


def test_bad_input_is_one_line(tmp_path, photograph, picture, capsys):
    Image.fromarray(picture[:20]).save(tmp_path / "flash.png")
    out, dip = ["-o", tmp_path / "out.png"], ["--method", "dip"]
    before = names(tmp_path)
    for arguments, message in (
        (["denoise", photograph, "--runs", "2", *out], "for dip"),
        (["deblur", photograph, "--kernel", "disk:2", "--preview", "3", *out], "for dip"),
        (["denoise", photograph, "--steps", "3", *out], "single pass"),
        (["denoise", photograph, *dip, "--runs", "0", *out], "runs"),
        (["denoise", photograph, *dip, "--setting", "slow", *out], "paper"),
        (["deblur", photograph, "--kernel", "disk:1", *dip, "--weights", "epll-grey", *out], "unless scattered"),
        (["denoise", photograph, *dip, "--memory", "200MB", *out], "takes no tiles"),
        (["deblock", photograph, *dip, "--quality", "20", *out], "`--quality` must be left out"),
        (["superresolve", photograph, "--factor", "8", *out], "2, 3 or 4"),
        (["flash", photograph, *out], "--flash"),
        (["flash", photograph, "--flash", tmp_path / "flash.png", *out], "45x37"),
        (["flash", photograph, "--flash", photograph, "--weights", "a", *out], "--weights"),
        (["flash", photograph, "--flash", tmp_path / "none.png", *out], "exists"),
    ):
        assert message in failed(capsys, ["restore", *arguments])
    assert names(tmp_path) == before
