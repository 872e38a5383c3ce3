import subprocess
from pathlib import Path

from preimage.web.errand import Errand
from preimage.web.helper import Helper, Helpers
from tests.web.doubles import FAKE, cpu_seconds, until


def test_errands_are_done_one_after_another_and_told_of(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"12")
    helper = Helper(FAKE, tmp_path)
    helper.send(Errand(str(tmp_path), look_at=("a.png",), views=(("a.png", "view.png"),)))
    assert helper.wait(30)
    assert helper.status == 0
    assert helper.seen[0]["width"] == 8
    helper.send(Errand(str(tmp_path), ("restore", "denoise", "a.png")))
    assert helper.wait(30)
    assert (helper.status, helper.done, helper.total) == (0, 1, 2)
    assert (tmp_path / "a-denoised.png").read_bytes() == b"21"
    helper.send(Errand(str(tmp_path), ("restore", "flash", "a.png")))
    assert helper.wait(30)
    assert helper.status == 2
    assert any(line.startswith("preimage: ") for line in helper.words)
    helper.end()
    assert not helper.is_alive


def test_the_end_stops_the_computation(tmp_path: Path) -> None:
    helper = Helper(FAKE, tmp_path)
    helper.send(Errand(str(tmp_path), ("restore", "deblur", "a.png")))
    until(lambda: helper.done > 2)
    assert cpu_seconds(helper.pid) is not None
    helper.end()
    assert cpu_seconds(helper.pid) is None
    assert helper.wait(30)
    assert helper.status not in (0, None)


def test_a_process_ends_with_who_started_it(tmp_path: Path) -> None:
    process = subprocess.Popen(FAKE, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=tmp_path)
    assert process.stdin is not None
    process.stdin.write((Errand(str(tmp_path), ("restore", "deblur", "a.png")).to_json() + "\n").encode())
    process.stdin.close()
    assert process.wait(30) == 130


def test_one_that_is_used_again_waits_and_others_are_ended(tmp_path: Path) -> None:
    helpers = Helpers(FAKE, tmp_path)
    helpers.fill()
    first = helpers.take()
    second = helpers.take()
    helpers.give_back(first, again=True)
    assert helpers.take() is first
    helpers.give_back(second, again=False)
    assert not second.is_alive
    helpers.end()
    assert not first.is_alive
    helpers.give_back(first, again=True)
    helpers.fill()
    assert helpers.waiting == helpers.away == []
