import json
from pathlib import Path

import numpy as np
import pytest
import torch

from preimage import zoo
from preimage.cli.finetuning.files import FileTraining, finetune_on_files, read_measurements
from preimage.errors import ArgumentError, ImageFileError
from preimage.models import RAM
from preimage.simulate import simulate
from preimage.training.checkpoint import write_weights

STEPS = FileTraining(steps=4, rate=1e-3)


@pytest.fixture
def start(tmp_path: Path) -> Path:
    """Weights of a network that was never trained."""
    torch.manual_seed(0)
    write_weights(tmp_path / "start.safetensors", RAM().state_dict())
    return tmp_path / "start.safetensors"


@pytest.fixture
def measurements(tmp_path: Path) -> Path:
    """Two measurements with their records."""
    folder = tmp_path / "measurements"
    folder.mkdir()
    for name in ("a", "b"):
        picture = 0.5 + 0.2 * torch.sin(torch.arange(24.0)).expand(1, 24, 24)
        made = simulate(picture, "inpainting", "gaussian:0.1", seed=ord(name))
        made.write(folder / f"{name}.npy", folder / f"{name}.json")
    return folder


def test_each_measurement_has_the_physics_of_its_record(measurements: Path) -> None:
    files = read_measurements(measurements, None)
    assert [file.path.name for file in files] == ["a.npy", "b.npy"]
    for file in files:
        seen = file.physics.A(torch.ones(1, 1, 24, 24))
        assert 0.4 < float(seen.mean()) < 0.6
        assert float(file.y[seen > 0].mean()) > 0.4 > 0.05 > float(file.y[seen == 0].mean())
    assert not torch.equal(*(file.physics.A(torch.ones(1, 1, 24, 24)) for file in files))


def test_weights_and_record_are_written_and_loaded_by_their_path(measurements: Path, start: Path) -> None:
    out = measurements.parent / "out.safetensors"
    told: list[int] = []
    training = FileTraining(str(start), 4, 1e-3)
    record = finetune_on_files(measurements, None, out, training, lambda step, score: told.append(step))
    assert told == [1, 2, 3, 4]
    assert record.steps == 4
    assert record.score <= record.start
    y, physics = (lambda file: (file.y, file.physics))(read_measurements(measurements, None)[0])
    first, last = zoo.load_reconstructor(str(start)), zoo.load_reconstructor(str(out))
    with torch.no_grad():
        assert torch.equal(first(y, physics), last(y, physics)) != record.improved
    values = json.loads((measurements.parent / "out.json").read_text())
    assert values["weights"]["sha256"] == zoo.sha256(start)
    assert [data["physics"]["physics"] for data in values["data"]] == ["inpainting"] * 2


def test_an_end_that_came_early_is_told(measurements: Path, start: Path) -> None:
    record = finetune_on_files(
        measurements / "a.npy", None, measurements.parent / "o.safetensors", FileTraining(str(start), 4, seconds=0.0)
    )
    assert record.steps == 1
    assert "time was over" in record.notes[0]


def test_a_measurement_without_a_physics_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "y.npy", np.ones((8, 8), np.float32))
    with pytest.raises(ArgumentError, match=r"`physics` must be given for y\.npy"):
        read_measurements(tmp_path / "y.npy", None)
    with pytest.raises(ImageFileError, match="`data` must be"):
        read_measurements(tmp_path / "z.npy", None)
