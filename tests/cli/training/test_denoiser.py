import numpy as np
import pytest
from PIL import Image

from preimage.cli.app import run
from preimage.cli.training import bars
from preimage.files import ImageFile
from preimage.restore import Record


@pytest.fixture
def noisy(tmp_path):
    """Grey ramps with white noise of 20/255."""
    folder = tmp_path / "noisy"
    folder.mkdir()
    draw = np.random.default_rng(0)
    for number in range(2):
        clean = np.add.outer(np.linspace(60, 120, 64), np.linspace(0, 60, 72))
        noise = 20 * draw.normal(size=clean.shape)
        Image.fromarray(np.rint(clean + noise).clip(0, 255).astype(np.uint8)).save(folder / f"{number}.png")
    return folder


def test_noisy_pictures_are_enough_and_the_weights_restore(noisy, tmp_path, capsys, monkeypatch):
    out = tmp_path / "run"
    line = ["train", "denoise", "--data", str(noisy), "--out", str(out), "--steps", "2"]
    with monkeypatch.context() as patched:
        patched.setattr(bars.Bars, "stops", lambda self: True)
        assert run(line) == 130
    assert run(line) == 0
    told = capsys.readouterr().out
    assert "2 pictures with white Gaussian noise of" in told
    weights = out / "denoise.safetensors"
    assert f"weights {weights}" in told
    restored = tmp_path / "restored.png"
    assert run(["restore", "denoise", str(noisy / "0.png"), "-o", str(restored), "--weights", str(weights)]) == 0
    before, after = (ImageFile.read(path).to_array().astype(float) for path in (noisy / "0.png", restored))
    assert np.diff(after, axis=0).std() < 0.5 * np.diff(before, axis=0).std()
    record = Record.read(restored.with_suffix(".json"))
    assert record.resolved["weights"]["name"] == str(weights)
    again = tmp_path / "again.png"
    assert run(["restore", "denoise", "--from-json", str(restored.with_suffix(".json")), "-o", str(again)]) == 0
    assert again.read_bytes() == restored.read_bytes()
    weights.write_bytes((out / "checkpoint.pt").read_bytes())
    assert (
        run(["restore", "denoise", "--from-json", str(restored.with_suffix(".json")), "-o", str(tmp_path / "b.png")])
        == 2
    )


def test_the_folder_of_the_run_lies_beside_the_pictures(noisy, tmp_path):
    assert run(["train", "denoise", "--data", str(noisy), "--steps", "1"]) == 0
    assert (tmp_path / "noisy-denoiser" / "denoise.safetensors").exists()


def test_bad_input_is_one_line(noisy, tmp_path, capsys):
    clean = tmp_path / "clean"
    clean.mkdir()
    Image.fromarray(np.full((80, 80), 90, np.uint8)).save(clean / "a.png")
    out = str(tmp_path / "run")
    for more, message in [
        (["--data", str(tmp_path / "none")], "which is none"),
        (["--data", str(clean)], "must hold pictures with noise"),
        (["--data", str(noisy), "--time", "1m", "--steps", "3"], "got both"),
        (["--data", str(noisy), "--steps", "1", "--start", "nothing"], "must be one of"),
    ]:
        assert run(["train", "denoise", "--out", out, *more]) == 2
        (told,) = capsys.readouterr().err.splitlines()[-1:]
        assert message in told
