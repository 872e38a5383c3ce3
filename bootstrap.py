"""Set preimage up in ``.venv`` beside this file, then run it. Needs Python 3.10 or newer with pip, nothing else.

python3 bootstrap.py demo          set up, then restore a photograph
python3 bootstrap.py restore ...   set up, then any command of preimage
python3 bootstrap.py test          set up with the development tools, then run the tests, with compiled loops or not
python3 bootstrap.py check         set up with the development tools, then format, lint and types (`lint` or `types`)
python3 bootstrap.py docs          set up with the development tools, then build the documentation into docs/_build/html
"""

from __future__ import annotations  # so that an older Python gets as far as the message

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
TORCH_MINIMUM = (2, 11)
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
USER = ["-e", ".[io,wavelet,fast,mri,examples,plot]"]
DEVELOPER = ["-r", "requirements-dev.txt"]
# On two cores a third process fills the time in which others wait: 8 min 47 s instead of 9 min 25 s.
TESTS = ["-m", "pytest", "-n", "3", "--dist", "worksteal"]
LINT = [["-m", "ruff", "format", "--check", "."], ["-m", "ruff", "check", "."]]
TYPES = [["-m", "basedpyright", "--pythonpath", str(PYTHON)]]
TASKS = {
    # With the extra `fast`, and then without it what depends on it.
    "test": [[*TESTS, "--most-seconds", "40"], [*TESTS, "--without-fast"]],
    "check": [*LINT, *TYPES],
    "lint": LINT,
    "types": TYPES,
    # A process for each core; warnings are errors. `docs -D plot_gallery=0` leaves the examples out.
    "docs": [["-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", "-j", "auto", "docs", "docs/_build/html"]],
}


def main() -> int:
    """Set up what the first argument needs and run it."""
    if sys.version_info < (3, 10):
        print(f"preimage needs Python 3.10 or newer, this is {platform.python_version()}; use another python.")
        return 2
    arguments = sys.argv[1:] or ["demo"]
    tasks = TASKS.get(arguments[0])
    set_up(DEVELOPER if tasks else USER)
    commands = [[*task, *arguments[1:]] for task in tasks] if tasks else [["-m", "preimage", *arguments]]
    where = ROOT if tasks else None  # files are named as seen from where the user is
    calls = (subprocess.call([PYTHON, *command], cwd=where, env=keeping_bytecode()) for command in commands)
    return next((code for code in calls if code), 0)


def keeping_bytecode() -> dict[str, str]:
    """The environment for what runs in ``.venv``, where nothing has been compiled when it was installed.

    Containers often tell Python to keep no bytecode; each process would then compile all of torch anew, 7 seconds.
    """
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def set_up(requirements: list[str]) -> None:
    """Install into ``.venv`` unless that has been done for these very requirements."""
    stamp = VENV / f"done-{digest(requirements)}"
    if stamp.exists():
        return
    if not PYTHON.exists():
        print("Creating .venv", flush=True)
        # Without pip, which Debian's python3 cannot put there; the pip at hand installs into it from outside.
        venv.create(VENV, system_site_packages=has_suitable_torch(), with_pip=False, clear=VENV.exists())
        run([sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "-q", "uv>=0.5"])
    print("Installing (a minute or so)", flush=True)
    if not has_suitable_torch(PYTHON):
        install_torch()
    install("-c", "constraints.txt", *requirements) if torch_is_pinned() else install(*unpinned(requirements))
    stamp.touch()


def digest(requirements: list[str]) -> str:
    """A short name for what is to be installed."""
    files = ["pyproject.toml", "constraints.txt", "requirements-dev.txt"]
    content = b"".join((ROOT / name).read_bytes() for name in files) + " ".join(requirements).encode()
    return hashlib.sha256(content).hexdigest()[:12]


def torch_version(python: Path | str) -> str:
    """The version of torch that ``python`` imports, or an empty string."""
    code = "import importlib.metadata as m; print(m.version('torch'))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def has_suitable_torch(python: Path | str = sys.executable) -> bool:
    """Whether ``python`` already has a torch that will do."""
    numbers = re.findall(r"\d+", torch_version(python))
    return tuple(map(int, numbers[:2])) >= TORCH_MINIMUM


def torch_is_pinned() -> bool:
    """Whether the torch in ``.venv`` is the one of constraints.txt (another one that was already there is kept)."""
    pinned = re.search(r"^torch==(\S+)", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    return pinned is not None and torch_version(PYTHON).partition("+")[0] == pinned[1]


def unpinned(requirements: list[str]) -> list[str]:
    """The same requirements without constraints.txt."""
    return ["-e", ".[dev]"] if requirements == DEVELOPER else requirements


def install_torch() -> None:
    """Install the pinned torch, without its gigabytes of GPU packages where there is no such GPU."""
    pinned = re.search(r"^torch==\S+", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    wanted = pinned[0] if pinned else "torch"
    if platform.system() == "Linux" and platform.machine() == "x86_64" and not shutil.which("nvidia-smi"):
        for index in ([], ["--extra-index-url", CPU_INDEX]):
            if install(f"{wanted}+cpu", *index, check=False) == 0:
                return
    install(wanted)


def install(*arguments: str, check: bool = True) -> int:
    """``uv pip install`` into ``.venv``; uv reads its own settings, so pip's extra places are handed on."""
    environment = dict(os.environ)
    for ours, theirs in {"UV_FIND_LINKS": "PIP_FIND_LINKS", "UV_INDEX_URL": "PIP_INDEX_URL"}.items():
        if environment.get(theirs):
            environment.setdefault(ours, environment[theirs])
    command = [str(PYTHON), "-m", "uv", "pip", "install", "-q", "--python", str(PYTHON), *arguments]
    return run(command, environment, check)


def run(command: list[str], environment: dict[str, str] | None = None, check: bool = True) -> int:
    """Run ``command`` here; where it must not fail and does, stop with its status."""
    told = None if check else subprocess.DEVNULL
    code = subprocess.call(command, cwd=ROOT, env=environment, stdout=told, stderr=told)
    if check and code:
        sys.exit(f"Setting up failed (status {code}) at: {' '.join(command)}")
    return code


if __name__ == "__main__":
    sys.exit(main())
