import os
import signal

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from preimage.cli.app import run
from preimage.cli.training import bars
from preimage.training.recipes.groupsc import recipe

COVERS = ["preimage.cli.training.bars"]

SMALL = {"patch": 4, "atoms": 6, "n_steps": 2, "side": 10, "crops": 1, "patches": 20, "bfloat16": False}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Pictures to train on, and models so small that it takes no time."""
    plain = recipe.GroupSCRecipe
    monkeypatch.setattr(recipe, "GroupSCRecipe", lambda task, sc, seed: plain(task, sc, seed=seed, **SMALL))
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number in range(2):
        pixels = np.random.default_rng(number).integers(0, 256, (30, 26, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(pictures / f"{number}.png")
    return pictures


def command(folder, out, *more, name="groupsc-grey"):
    return [str(part) for part in ("train", name, "--data", folder, "--out", out, *more)]


def failed(capsys, arguments):
    assert run(arguments) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("preimage: ")
    return lines[0]


def test_a_training_from_nothing_and_again(folder, tmp_path, capsys):
    out = tmp_path / "out"
    assert run(command(folder, out, "--steps", "3,2,1", "--validate", folder)) == 0
    told = capsys.readouterr().out
    assert "plan: 1-sc 3 steps, 2-group 2 steps, 3-group 1 steps" in told
    assert "2-group: 2 of 2 steps in" in told
    assert f"weights {out / 'groupsc-grey.safetensors'}" in told
    first = (out / "groupsc-grey.safetensors").read_bytes()
    assert run(command(folder, out)) == 0
    assert (out / "groupsc-grey.safetensors").read_bytes() == first


def test_the_baseline_and_a_start(folder, tmp_path):
    assert run(command(folder, tmp_path / "a", "--steps", "1", "--sc")) == 0
    start = tmp_path / "a" / "sc-grey.safetensors"
    assert run(command(folder, tmp_path / "b", "--steps", "1", "--start", start, name="groupsc-jpeg")) == 0
    begun = load_file(tmp_path / "b" / "start.safetensors")
    assert begun["encoder"].equal(load_file(start)["encoder"])


def test_a_time_is_kept_for_the_plan(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("preimage.training.recipes.groupsc.train.seconds_per_step", lambda *_: 1.0)
    monkeypatch.setattr(bars.Bars, "stops", lambda self: True)
    assert run(command(folder, tmp_path / "out", "--time", "2m")) == 130
    assert "2m" not in capsys.readouterr().err
    assert "other steps" in failed(capsys, command(folder, tmp_path / "out", "--time", "3m"))
    assert run(command(folder, tmp_path / "out")) == 130


def test_ctrl_c_leaves_a_checkpoint_from_which_it_goes_on(folder, tmp_path, monkeypatch, capsys):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    assert run(command(folder, whole, "--steps", "4")) == 0
    plain = bars.Bars.on_step
    pressed = []

    def on_step(self, step, loss):
        plain(self, step, loss)
        if len(pressed) < 3:
            pressed.append(step)
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(bars.Bars, "on_step", on_step)
    capsys.readouterr()
    before = signal.getsignal(signal.SIGINT)
    for _ in range(3):
        assert run(command(folder, cut, "--steps", "4")) == 130
        assert capsys.readouterr().err.strip() == (
            f"preimage: stopped; the same command goes on from the checkpoint in {cut}."
        )
    assert signal.getsignal(signal.SIGINT) is before
    assert run(command(folder, cut, "--steps", "4")) == 0
    assert pressed == [1, 2, 3]
    assert (whole / "groupsc-grey.safetensors").read_bytes() == (cut / "groupsc-grey.safetensors").read_bytes()


def test_a_second_ctrl_c_interrupts_at_once(folder, tmp_path, monkeypatch, capsys):
    def on_step(self, step, loss):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(bars.Bars, "on_step", on_step)
    assert run(command(folder, tmp_path / "out", "--steps", "2")) == 130
    assert "interrupted" in capsys.readouterr().err
    assert not (tmp_path / "out" / "1-sc" / "checkpoint.pt").exists()


def test_bad_input_is_one_line(folder, tmp_path, capsys):
    out, empty = tmp_path / "out", tmp_path / "empty"
    empty.mkdir()
    file = tmp_path / "file"
    file.write_text("")
    tiny = tmp_path / "tiny"
    tiny.mkdir()
    Image.fromarray(np.zeros((9, 40), np.uint8)).save(tiny / "a.png")
    for arguments, message in [
        (command(tmp_path / "none", out, "--steps", "1"), "which is none"),
        (command(empty, out, "--steps", "1"), "got none in"),
        (command(tiny, out, "--steps", "1"), "at least 10x10 pixels, got 40x9"),
        (command(folder, out, "--time", "90x"), "got '90x'; write it like 40s, 90m or 1.5h"),
        (command(folder, out, "--time", "1m", "--steps", "3"), "got both"),
        (command(folder, out, "--steps", "3,2"), "3 with commas"),
        (command(folder, file, "--steps", "1"), "can be made"),
        (command(folder, out, "--steps", "1", "--start", file), "must be a file of weights"),
        (command(folder, out, "--steps", "1", "--start", tmp_path / "none"), "must be a file of weights"),
        (command(folder, out, "--steps", "1", "--device", "abacus"), "abacus"),
        (command(folder, out)[:-2], "--out"),
    ]:
        assert message in failed(capsys, arguments)
    assert not any(path.name == "plan.json" for path in tmp_path.rglob("*"))


def test_a_folder_of_another_training(folder, tmp_path, capsys):
    assert run(command(folder, tmp_path / "out", "--steps", "1")) == 0
    capsys.readouterr()
    assert "another task" in failed(capsys, command(folder, tmp_path / "out", name="groupsc-jpeg"))
    assert "another seed" in failed(capsys, command(folder, tmp_path / "out", "--seed", "1"))


def test_a_device_that_is_not_there(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    told = failed(capsys, command(folder, tmp_path / "out", "--device", "cuda"))
    assert "`--device` must be one of this machine, got 'cuda', which it lacks; use cpu." in told
