import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from preimage.cli.app import run

NETS = """
import torch
from torch import nn


class Broken(nn.Module):
    def __init__(self):
        raise RuntimeError("no such luck\\nsecond line")


class Infinite(nn.Module):
    def forward(self, x):
        return x / 0


def encoder():
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 8, 5, 2, 2), nn.ReLU(), nn.Conv2d(8, 8, 5, 2, 2), nn.AdaptiveAvgPool2d(1))


def number():
    return 7


def constant():
    return nn.ReLU()
"""


@pytest.fixture(autouse=True)
def nets(tmp_path, monkeypatch):
    """A module in the current folder, of a name of its own so that tests do not share it."""
    name = f"nets_{abs(hash(str(tmp_path)))}"
    (tmp_path / f"{name}.py").write_text(NETS)
    monkeypatch.chdir(tmp_path)
    return name


def failed(capsys, arguments):
    assert run([str(a) for a in arguments]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("preimage: ")
    return lines[0]


def pixels(path):
    with Image.open(path) as image:
        assert image.mode in ("RGB", "L")
        return np.asarray(image).astype(float) / 255


def test_a_pre_image_has_the_features_of_the_picture(tmp_path, photograph, nets, capsys):
    arguments = ["invert", photograph, "--network", f"{nets}:encoder", "--layer", "1", "--prior", "tv", "--tol", "0.04"]
    assert run([*map(str, arguments), "-o", "a.png"]) == 0
    told = capsys.readouterr().out
    assert "features: 8 x 19 x 23 at 1" in told
    assert "features matched at step" in told
    found, given = pixels(tmp_path / "a.png"), pixels(photograph)
    assert found.shape == given.shape
    assert np.abs(found - given).max() > 0.05
    torch.manual_seed(0)
    first = torch.nn.Conv2d(3, 8, 5, 2, 2).requires_grad_(False)
    seen = [first(torch.from_numpy(p).permute(2, 0, 1)[None].float()).relu() for p in (found, given)]
    assert float((seen[0] - seen[1]).norm() / seen[1].norm()) < 0.05  # 8 bits add a little
    # Deterministic, and never in place of another file unless asked.
    assert "a.png, which exists" in failed(capsys, [*arguments, "-o", "a.png"])
    assert run([*map(str, arguments), "-o", "b.png"]) == 0
    assert np.array_equal(pixels(tmp_path / "b.png"), found)
    assert run([*map(str, arguments), "-o", "b.png", "--seed", "1", "--overwrite"]) == 0
    assert not np.array_equal(pixels(tmp_path / "b.png"), found)


def test_the_deep_image_prior_is_the_default(tmp_path, photograph, nets, capsys):
    arguments = [
        "--network",
        f"{nets}:encoder",
        "--layer",
        "0",
        "--steps",
        "2",
        "--size",
        "24",
        "--mean",
        "0.4,0.4,0.5",
    ]
    assert run(["invert", str(photograph), *arguments, "--std", "0.2", "-o", "a.png"]) == 0
    assert "took all 2 steps" in capsys.readouterr().out
    assert pixels(tmp_path / "a.png").shape == (24, 24, 3)


def test_a_channel_is_excited(tmp_path, photograph, nets, capsys):
    arguments = ["--network", f"{nets}:encoder", "--layer", "2", "--steps", "30", "--prior", "none", "--maximise", "3"]
    assert run(["invert", str(photograph), *arguments, "-o", "a.png"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if "response" in line)
    here, usual = float(line.split()[1]), float(line.split()[5])
    assert here > usual + 0.1
    assert pixels(tmp_path / "a.png").shape == (37, 45, 3)


def test_weights_fill_the_network(tmp_path, photograph, nets, capsys):
    weights = {f"{index}.{name}": torch.zeros(shape) for index, inputs in ((0, 3), (2, 8))
               for name, shape in (("weight", (8, inputs, 5, 5)), ("bias", (8,)))}  # fmt: skip
    save_file(weights, tmp_path / "zero.safetensors")
    arguments = ["invert", photograph, "--network", f"{nets}:encoder", "--layer", "1", "-o", "a.png", "--weights"]
    assert "only zeros there" in failed(capsys, [*arguments, "zero.safetensors"])
    save_file({"0.weight": torch.zeros(1)}, tmp_path / "other.safetensors")
    assert "must hold the 4 tensors of Sequential" in failed(capsys, [*arguments, "other.safetensors"])
    assert "must be a readable checkpoint" in failed(capsys, [*arguments, "none.safetensors"])


def test_a_denoiser_of_the_zoo(tmp_path, photograph, tiny, capsys):
    arguments = ["--network", "drunet-grey-compact", "--layer", "m_down1", "--sigma", "0.1", "--steps", "3"]
    assert run(["invert", str(photograph), *arguments, "--prior", "none", "-o", "a.png"]) == 0
    assert pixels(tmp_path / "a.png").shape == (37, 45)  # it takes grey pictures


def test_bad_input_is_one_line(tmp_path, photograph, nets, capsys):
    good = ["--network", f"{nets}:encoder", "--layer", "1"]
    for arguments, message in (
        (["--network", "alexnet", "--layer", "1"], "drunet-color-compact, "),
        (["--network", "no_such_module:net", "--layer", "1"], "ModuleNotFoundError"),
        (["--network", f"{nets}:decoder", "--layer", "1"], "'decoder', which it lacks"),
        (["--network", f"{nets}:Broken", "--layer", "1"], "RuntimeError: no such luck."),
        (["--network", f"{nets}:number", "--layer", "1"], "torch.nn.Module, got int"),
        (["--network", f"{nets}:Infinite", "--layer", ""], "finite features"),
        (["--network", f"{nets}:encoder", "--layer", "conv1"], "there are 0, 1, 2, 3"),
        ([*good, "--maximise", "8"], "one of the 8"), ([*good, "--channels", "1"], "pictures of 1 channels"),
        ([*good, "--sigma", "auto"], "--sigma"), ([*good, "--mean", "a"], "0.485"), ([*good, "--std", "0"], "above 0"),
        ([*good, "--mean", "1,2"], "0.485"), ([*good, "--size", "0"], "size"), ([*good, "--steps", "0"], "`--steps`"),
        ([*good, "--tol", "-1"], "tol"), ([*good, "--prior", "tv", "--smoothness", "0"], "smoothness"),
    ):  # fmt: skip
        assert message in failed(capsys, ["invert", photograph, *arguments, "-o", "a.png"])
    assert "layer" in failed(capsys, ["invert", photograph, "--network", f"{nets}:encoder", "-o", "a.png"])
    assert "end like a" in failed(capsys, ["invert", photograph, *good, "-o", "a.txt"])
    assert "exists" in failed(capsys, ["invert", "none.png", *good, "-o", "a.png"])
    assert not (tmp_path / "a.png").exists()
