from dataclasses import asdict

import pytest

from preimage.blind.light import Light
from preimage.restore.finding.findings import PictureFindings
from preimage.restore.finding.plan import ChainStage, describe_stages, jpeg_noise, plan_stages
from preimage.restore.table import find_task
from preimage.restore.tasks.auto import Auto
from preimage.restore.tasks.deblock import Deblock
from preimage.restore.tasks.denoise import Denoise
from preimage.restore.tasks.superresolve import SuperResolve


def test_nothing_is_done_about_nothing() -> None:
    assert plan_stages(PictureFindings(high_quality=95)) == ()
    assert describe_stages(()) == "leaves it as it is"


def test_noise_and_jpeg_go_at_once_before_enlarging() -> None:
    first, second = plan_stages(PictureFindings(20 / 255, quality=80), 2)
    assert first.words == "removes the noise and the artefacts of JPEG"
    assert first.level is not None
    assert first.level.value == pytest.approx((400 / 255**2 + jpeg_noise(80) ** 2) ** 0.5)
    assert first.method.name == find_task("denoise").methods[0]
    assert isinstance(second.task, SuperResolve)
    assert second.task.factor == 2
    assert second.method.name == find_task("superresolve").methods[0]
    assert describe_stages((first, second)).endswith("JPEG, then enlarges it 2 times")


def test_jpeg_alone_has_a_network_of_its_own_but_in_records_of_earlier_versions() -> None:
    (only,) = plan_stages(PictureFindings(quality=20))
    assert only.level is not None
    assert (only.task, only.level.value) == (Deblock(20), 0.8)
    assert describe_stages((only,)) == "removes the artefacts of JPEG"
    (earlier,) = plan_stages(PictureFindings(quality=20), as_noise=True)
    assert earlier.level is not None
    assert (earlier.task, earlier.level.value) == (Denoise(), jpeg_noise(20))
    settings, found = {"scale": 1, "crisp": False}, asdict(PictureFindings(quality=20))
    for task, as_noise in (("denoise", True), ("deblock", False)):
        recorded = Auto.recorded(settings, {"found": found, "stages": [{"task": task}]})
        assert recorded["as_noise"] is as_noise


def test_noise_of_light_is_handed_on() -> None:
    (stage,) = plan_stages(PictureFindings(0.1, 0.01, 0.02))
    assert stage.level is not None
    assert stage.level.light == Light(0.01, 0.02)


def test_the_level_of_jpeg_is_that_of_the_measured_best() -> None:
    for quality, best in ((20, 15.0), (40, 10.5), (60, 8.5), (80, 6.0)):
        assert 255 * jpeg_noise(quality) == pytest.approx(best, rel=0.1)


def test_crisp_removes_less_and_takes_the_camera_to_be_less_sharp() -> None:
    (faithful, large), (crisp, sharp) = (plan_stages(PictureFindings(0.1), 3, crisp) for crisp in (False, True))
    assert crisp.strength < faithful.strength == 1
    assert isinstance(large.task, SuperResolve)
    assert isinstance(sharp.task, SuperResolve)
    assert float(sharp.task.centred().max()) < float(large.task.centred().max())
    assert ChainStage(faithful.task, faithful.method, "does").level is None


def test_noise_of_cameras_is_looked_at_by_the_stage_and_limits_of_memory_ask_for_tiles() -> None:
    camera, large = plan_stages(PictureFindings(0.05, goes_on=True), 2, tiled=True)
    assert camera.level is None
    assert camera.sigma == 0.05
    assert isinstance(camera.task, Denoise)
    assert camera.task.noise == "camera"
    assert large.method.name == "dpir"
