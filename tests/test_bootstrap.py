import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import photograph

__all__ = ["photograph"]

ROOT = Path(__file__).parents[1]
# The script with everything installed already.
COMMAND = (
    f"import sys; sys.path.insert(0, {str(ROOT)!r}); import bootstrap; bootstrap.set_up = lambda requirements: None;"
    "bootstrap.PYTHON = sys.executable; sys.exit(bootstrap.main())"
)
SEEN = (
    f"import subprocess, sys; sys.path.insert(0, {str(ROOT)!r}); import bootstrap;"
    "code = 'import sys; print(sys.dont_write_bytecode)';"
    "subprocess.call([sys.executable, '-c', code], env=bootstrap.keeping_bytecode())"
)


def test_files_are_named_as_seen_from_where_the_user_is(photograph):
    command = [sys.executable, "-c", COMMAND, "restore", "denoise", photograph.name, "--sigma", "loud"]
    told = subprocess.run(command, capture_output=True, text=True, cwd=photograph.parent)
    assert told.returncode == 2
    assert "`--sigma` must be" in told.stderr  # the picture was found


def test_what_runs_keeps_what_it_has_compiled(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    told = subprocess.run([sys.executable, "-c", SEEN], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False"]
