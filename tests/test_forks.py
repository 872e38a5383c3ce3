import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.forks import batches

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")

CONFTEST = """
from tests.forks import run_in_forks

def pytest_runtestloop(session):
    run_in_forks(session, 3)
    return True
"""
GOOD = """
import os, pytest

@pytest.fixture(scope="module")
def shared():
    yield os.getpid()
    print("torn down")

@pytest.mark.parametrize("i", range(50))
def test_shares(i, shared, tmp_path):
    assert shared == os.getpid() != os.getppid()
    (tmp_path / "a").write_text("")

def test_fails():
    print("told by the test")
    assert 1 == 2

@pytest.mark.skip(reason="some")
def test_skips():
    pass
"""
BAD = """
import os

def test_dies():
    os._exit(7)

def test_after():
    pass
"""


def told(tmp_path, *texts, options=()):
    """What pytest writes about files of tests, and its status."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    for index, text in enumerate(texts):
        (tmp_path / f"test_{index}.py").write_text(text)
    here = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    environment = {**os.environ, "PYTHONPATH": here, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, "."]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    return done.stdout + done.stderr, done.returncode


def test_neighbours_in_a_file_go_together():
    one, two = Path("one.py"), Path("two.py")
    found = list(batches([one] * 5 + [two] * 2 + [one], 3))
    assert found == [range(0, 3), range(3, 5), range(5, 7), range(7, 8)]
    assert list(batches([])) == []


def test_what_is_told_is_what_one_process_tells(tmp_path):
    text, status = told(tmp_path, GOOD, GOOD)
    assert "2 failed, 100 passed, 2 skipped" in text
    assert text.count("- Captured stdout call -") == 2
    assert text.count("assert 1 == 2") >= 2
    assert status == pytest.ExitCode.TESTS_FAILED


def test_a_process_that_dies_fails_the_whole(tmp_path):
    text, status = told(tmp_path, BAD)
    assert "a process died: status 7" in text
    assert status == pytest.ExitCode.TESTS_FAILED


def test_the_first_failure_ends_all_where_that_is_asked_for(tmp_path):
    text, status = told(tmp_path, GOOD, options=["-x"])
    assert "stopping after 1 failures" in text
    assert "skipped" not in text
    assert status == pytest.ExitCode.TESTS_FAILED
