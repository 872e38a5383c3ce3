"""Noise that goes on from pixel to pixel, in stacks: seen, removed, recorded, and taken for white in volumes."""

from pathlib import Path

import torch

from preimage.files import read, write
from preimage.restore import restore_stack
from preimage.restore.frame.level import GoingOn, Level
from preimage.restore.frame.record import Record
from preimage.restore.stacks.planes import ValueSpan
from preimage.restore.stacks.repetition import recorded_stack
from preimage.restore.stacks.survey import Survey
from tests.blind.noise.test_estimate import scene, smeared

CAMERA = Level(0.05, "estimated", ("as that of cameras",), camera=GoingOn((0.7, 1.4, 2.0), 2.4))


def test_a_record_tells_how_noise_goes_on_where_it_does() -> None:
    survey = Survey((ValueSpan(0.0, 1.0),) * 2, (CAMERA, Level(0.1, "estimated")))
    again = Survey.recorded(survey.entry())
    assert [level.value for level in again.levels] == [0.05, 0.1]
    assert again.levels[0].reach == 2.4
    assert again.levels[1].camera is None
    white = survey.white()
    assert "correlations" not in white.entry()
    assert "taken for white" in white.levels[0].notes[-1]
    assert white.levels[1] == survey.levels[1]


def test_planes_are_restored_by_the_network_for_noise_of_cameras(tmp_path: Path) -> None:
    x = scene(1, 160)
    planes = torch.cat([x + 0.06 * smeared((1, 160, 160)), x + 0.06 * smeared((1, 160, 160)).flip(1)])
    write(tmp_path / "a.npy", planes.numpy(), "ZYX")
    record = restore_stack(tmp_path / "a.npy", tmp_path / "b.npy")
    assert record.resolved["weights"]["name"] == "blind-grey"
    found = torch.from_numpy(read(tmp_path / "b.npy").values)
    truth = torch.cat([x, x])
    assert float((found - truth).square().mean().sqrt()) < 0.35 * 0.06
    job = recorded_stack(Record.read(tmp_path / "b.json"))
    assert job.settings.weights == "blind-grey"
    assert job.survey.levels[0].reach > 2
    volume = restore_stack(tmp_path / "a.npy", tmp_path / "v.npy", mode="volume")
    assert volume.resolved["weights"]["name"] == "drunet-grey-compact"
    assert any("taken for white" in note for note in volume.notes)
