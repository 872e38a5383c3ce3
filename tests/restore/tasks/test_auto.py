from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from preimage.cli.app import run
from preimage.errors import ArgumentError
from preimage.restore import Record, auto, repeat
from preimage.restore.finding.findings import FoundLevel, PictureFindings
from preimage.restore.tasks.auto import Auto
from preimage.simulate import sample_picture

Pixels = np.ndarray


def colour(rows: int = 96, columns: int = 128) -> Pixels:
    return (255 * sample_picture(rows, columns).permute(1, 2, 0).numpy()).round().astype(np.uint8)


def noisy(pixels: Pixels, level: float = 15) -> Pixels:
    noise = level * np.random.default_rng(0).standard_normal(pixels.shape)
    return np.clip(pixels + noise, 0, 255).round().astype(np.uint8)


def axes() -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.mgrid[:96, :128]
    return rows, columns


def eight(values: np.ndarray) -> Pixels:
    return np.clip(values, 0, 255).round().astype(np.uint8)


def drawn(draw: Callable[[ImageDraw.ImageDraw], object], ground: str = "white") -> Pixels:
    picture = Image.new("RGB", (128, 96), ground)
    draw(ImageDraw.Draw(picture))
    return np.asarray(picture)


def text(draw: ImageDraw.ImageDraw) -> None:
    for row in range(8):
        draw.text((4, 12 * row), "No noise is here, letters only: 0123456789", "black")


def shapes(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse((10, 10, 80, 70), "red", "black")
    draw.rectangle((60, 40, 120, 90), "#3366cc", "black", 2)
    draw.line((0, 95, 127, 0), "green", 3)


def window(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, 0, 127, 14), "#204a87")
    draw.text((4, 2), "untitled - editor", "white")
    for row in range(6):
        draw.text((6, 18 + 12 * row), f"{row + 1}  x = f({row}) + y  # {row**3}", "#2e3436")


CLEAN = {
    "photograph": colour(),
    "grey photograph": colour()[..., 1],
    "constant": np.full((96, 128, 3), 128, np.uint8),
    "black": np.zeros((96, 128), np.uint8),
    "gradient": eight(2 * axes()[1])[..., None].repeat(3, 2),
    "waves": eight(128 + 90 * np.sin(axes()[1] / 6) * np.cos(axes()[0] / 9)),
    "rings": eight(128 + 100 * np.cos(((axes()[0] - 48) ** 2 + (axes()[1] - 64) ** 2) / 200)),
    "squares": eight(255.0 * ((axes()[0] // 8 + axes()[1] // 8) % 2)),
    "text": drawn(text),
    "drawing": drawn(shapes),
    "screenshot": drawn(window, "#eeeeec"),
    "two values": np.where(axes()[0] > axes()[1], 255, 0).astype(np.uint8),
}


@pytest.mark.parametrize("name", CLEAN)
def test_clean_pictures_come_back_as_they_are(name: str) -> None:
    restored = auto(CLEAN[name])
    change = restored.image.astype(float) - CLEAN[name]
    assert np.sqrt(np.mean(change**2)) < 0.3
    assert restored.image.dtype == np.uint8


def test_noise_goes() -> None:
    clean, given = colour().astype(float), noisy(colour())
    found = auto(given).image
    assert np.mean((found - clean) ** 2) < 0.4 * np.mean((given - clean) ** 2)
    weaker = auto(given, strength=0.5).image
    assert np.mean((weaker - clean) ** 2) > np.mean((found - clean) ** 2)


def test_jpeg_gets_better(tmp_path: Path) -> None:
    clean = colour().astype(float)
    Image.fromarray(colour()).save(tmp_path / "a.jpg", quality=30)
    with Image.open(tmp_path / "a.jpg") as picture:
        given = np.asarray(picture).astype(float)
    found = auto(tmp_path / "a.jpg").image.to_array()
    assert np.mean((found - clean) ** 2) < np.mean((given - clean) ** 2)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_says_what_it_finds_and_repeats(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.fromarray(noisy(colour())).save("a.png")
    assert run(["restore", "auto", "a.png", "-o", "b.png"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "a.png -> b.png: auto"
    assert told[1].startswith("  128x96 colour, found noise of 1")
    assert told[2] == "  removes the noise"
    assert run(["restore", "auto", "--from-json", "b.json", "-o", "c.png"]) == 0
    assert Path("b.png").read_bytes() == Path("c.png").read_bytes()
    record = Record.read("b.json")
    assert record.settings["crisp"] is False
    # What was found then is what counts, whatever would be found today.
    assert Auto.recorded(record.settings, record.resolved)["found"].sigma == record.resolved["found"]["sigma"]
    again = repeat(record)
    with Image.open("b.png") as restored:
        assert np.array_equal(again.image.to_array(), np.asarray(restored))


def test_a_folder_of_what_people_have(files: Path, tiny: None, capsys: pytest.CaptureFixture[str]) -> None:
    folder = files / "in"
    folder.mkdir()
    pixels = noisy(colour(24, 40))
    Image.fromarray(pixels[:7, :5]).save(folder / "tiny.png")
    Image.fromarray(pixels.astype(np.uint16)[..., 0] * 257).save(folder / "deep.png")
    Image.fromarray(pixels).convert("CMYK").save(folder / "cmyk.tif")
    Image.fromarray(np.concatenate([pixels, pixels[..., :1]], 2)).save(folder / "alpha.png")
    Image.fromarray(pixels).convert("P").save(folder / "palette.png")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    assert run(["restore", "auto", "in", "-o", "out"]) == 1
    told = capsys.readouterr()
    assert "Traceback" not in told.err + told.out
    assert "broken.jpg" in told.err
    with Image.open("out/alpha.png") as restored:
        assert np.array_equal(np.asarray(restored)[..., 3], pixels[..., 0])
    with Image.open("out/deep.png") as restored:
        assert np.asarray(restored).max() > 255
    with Image.open("out/tiny.png") as restored:
        assert restored.size == (5, 7)


def test_crisp_and_faithful_are_switches(files: Path, tiny: None) -> None:
    Image.fromarray(colour(20, 24)).save("a.png")
    for switch, crisp in (("--crisp", True), ("--faithful", False)):
        assert run(["restore", "auto", "a.png", "-o", "b.png", "--scale", "2", switch, "--overwrite"]) == 0
        assert Record.read("b.json").settings["crisp"] is crisp
    with Image.open("b.png") as restored:
        assert restored.size == (48, 40)


def test_what_is_wrong_is_said() -> None:
    with pytest.raises(ArgumentError, match="`scale` must be 1, 2, 3 or 4, got 5"):
        auto(colour(16, 16), 5)
    level = FoundLevel(0.1, "found", findings=PictureFindings(0.1))
    assert Auto(2).describe(level, 0.5) == (
        "found noise of 25.5/255, no artefacts of JPEG\n  removes the noise, then enlarges it 2 times, "
        "each 0.5 times as strongly"
    )


def test_a_batch_of_tensors_is_several_pictures(tiny: None, rng: torch.Generator) -> None:
    clean = sample_picture(32, 32)
    batch = torch.stack([clean, (clean + 0.1 * torch.randn(clean.shape, generator=rng)).clamp(0, 1)])
    restored = auto(batch)
    assert torch.equal(restored.image[0], batch[0])
    assert len(restored.record.resolved["found"]) == 2
