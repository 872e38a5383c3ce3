import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError
from preimage.restore import denoise
from preimage.restore.finding.findings import PictureFindings
from preimage.restore.frame.engine import restore
from preimage.restore.frame.settings import Settings
from preimage.restore.methods.chain import Chain
from preimage.restore.tasks.auto import Auto
from preimage.restore.tasks.denoise import Denoise
from tests.blind.noise.test_estimate import scene as camera_scene
from tests.blind.noise.test_estimate import smeared


def test_a_stage_does_what_its_own_command_does(tiny: None, picture: np.ndarray) -> None:
    found = PictureFindings(20 / 255)
    chained = restore(picture, Auto(found=found), Chain(), Settings())
    alone = denoise(picture, sigma=20 / 255)
    assert np.array_equal(chained.image, alone.image)
    assert str(chained.reasons[0]) == "took its one step"
    (stage,) = chained.record.resolved["stages"]
    assert stage["task"] == "denoise"
    assert chained.record.resolved["weights"] == alone.record.resolved["weights"]


def test_stages_follow_one_another(tiny: None, picture: np.ndarray) -> None:
    small = picture[:16, :20]
    chained = restore(small, Auto(2, found=PictureFindings(20 / 255)), Chain(), Settings())
    assert chained.image.shape[:2] == (32, 40)
    assert [stage["task"] for stage in chained.record.resolved["stages"]] == ["denoise", "superresolve"]


def test_noise_of_cameras_is_removed_by_the_weights_of_its_record() -> None:
    y = (camera_scene(3, 96) + 0.06 * smeared((3, 96, 96))).clamp(0, 1)
    task = Auto(found=PictureFindings(0.06, goes_on=True))
    now, then = (restore(y, task, Chain(weights=names), Settings()) for names in ((), ("drunet-color-compact",)))
    names = [one.record.resolved["weights"]["name"] for one in (now, then)]
    assert names == ["blind-color", "drunet-color-compact"]
    assert Chain.recorded({}, then.record.resolved).weights == ("drunet-color-compact",)
    assert not torch.equal(now.image, then.image)


def test_no_stage_changes_no_bit() -> None:
    image = torch.rand(1, 3, 9, 7)
    chained = restore(image, Auto(found=PictureFindings()), Chain(), Settings())
    assert torch.equal(chained.image, image)
    assert str(chained.reasons[0]) == "nothing was to be done"


def test_settings_of_single_stages_and_other_tasks_are_refused(picture: np.ndarray) -> None:
    for wrong in (Settings(steps=3), Settings(weights="drunet-grey-compact"), Settings(trace=True)):
        with pytest.raises(ArgumentError, match="must be left out for auto"):
            Chain().check(Auto(), wrong)
    with pytest.raises(ArgumentError, match="another one for denoise"):
        Chain().check(Denoise(), Settings())
    with pytest.raises(ArgumentError, match="another one for denoise"):
        restore(picture, Denoise(), Chain(), Settings())
