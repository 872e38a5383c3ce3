"""The wheel holds the package and nothing else, is small, and works in an environment without the repository.

    python3 .ci/wheel.py

Builds it, looks inside, installs it into a new environment in a temporary folder, and runs the demo there.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import bootstrap  # noqa: E402

MOST_BYTES = 60 * 1024**2


def main() -> int:
    """Build, look, install, run."""
    bootstrap.set_up(bootstrap.DEVELOPER)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.check_call(
            [bootstrap.PYTHON, "-m", "uv", "build", "-q", "--wheel", "--out-dir", folder / "dist"], cwd=ROOT
        )
        (wheel,) = (folder / "dist").glob("preimage-*.whl")
        look_inside(wheel)
        bootstrap.VENV = folder / "environment"
        bootstrap.PYTHON = bootstrap.VENV / bootstrap.BIN.name / bootstrap.PYTHON.name
        bootstrap.set_up([f"preimage[examples] @ {wheel.as_uri()}"])
        place = subprocess.check_output(
            [bootstrap.PYTHON, "-c", "import preimage; print(preimage.__file__)"], cwd=folder, text=True
        )
        if not Path(place.strip()).is_relative_to(bootstrap.VENV):
            sys.exit(f"preimage was imported from {place.strip()}, not from the new environment.")
        subprocess.check_call([bootstrap.PYTHON, "-m", "preimage", "demo", "--steps", "2"], cwd=folder)
    return 0


def look_inside(wheel: Path) -> None:
    """Stop where there is more in it than the package, or less than its data, or where it is too large."""
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    others = {top for top in tops if top != "preimage" and not top.endswith(".dist-info")}
    if others:
        sys.exit(f"The wheel holds {', '.join(sorted(others))} beside preimage.")
    for needed in ("preimage/weights.toml", "preimage/publications.toml"):
        if needed not in names:
            sys.exit(f"The wheel lacks {needed}.")
    size = wheel.stat().st_size
    if size > MOST_BYTES:
        sys.exit(f"The wheel has {size / 1024**2:.0f} MB, at most {MOST_BYTES / 1024**2:.0f} are wanted.")
    print(f"{wheel.name}: {size / 1024**2:.1f} MB, {len(names)} files, all of preimage")


if __name__ == "__main__":
    sys.exit(main())
