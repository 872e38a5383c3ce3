"""The shared data: outside the repository, and absent on a user's machine."""

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"needs the images and weights of {DATA}")
