from pathlib import Path

import pytest
import torch

from preimage.cli.app import run
from preimage.models import RAM
from preimage.simulate import simulate
from preimage.training.checkpoint import write_weights


def test_a_measurement_and_a_description_give_weights(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.manual_seed(0)
    write_weights(tmp_path / "start.safetensors", RAM().state_dict())
    simulate(torch.full((1, 16, 16), 0.5), noise="gaussian:0.1").write(tmp_path / "y.npy", tmp_path / "y.json")
    (tmp_path / "my.toml").write_text('physics = "denoising"\nnoise = "gaussian:0.1"\n')
    words = ["finetune", "--data", str(tmp_path / "y.npy"), "--physics", str(tmp_path / "my.toml"), "--steps", "2"]
    words += ["--weights", str(tmp_path / "start.safetensors")]
    assert run(words) == 0
    assert (tmp_path / "y-finetuned.safetensors").is_file()
    assert (tmp_path / "y-finetuned.json").is_file()
    assert "2 steps" in capsys.readouterr().out
    assert run(words) == 2
    assert "y-finetuned" in capsys.readouterr().err


def test_another_kind_of_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["finetune", "--data", str(tmp_path), "-o", str(tmp_path / "w.pt")]) == 2
    assert "`--output` must end in .safetensors" in capsys.readouterr().err
