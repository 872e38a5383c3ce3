"""Damaged files of every kind: only the package's own errors, no output by halves, no long work, little memory.

The slow tests print what they found: ``pytest -m slow -s tests/fuzz``.
"""

import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from preimage import zoo
from preimage.errors import PreimageError
from preimage.machine.memory import peak_bytes
from preimage.restore import ImageFile, read_kernel
from preimage.restore.tasks.inpaint import read_mask
from tests.fuzz import seeds
from tests.fuzz.damage import damaged

LONGEST, MOST_MEMORY = 20.0, 1.5 * 10**9  # beyond what the tests before have taken
pytestmark = pytest.mark.filterwarnings("ignore")  # of decoders, about what is damaged


def check_picture(path: Path) -> None:
    """Read; if that goes well, write in the same format and in another."""
    file = ImageFile.read(path)
    assert np.isfinite(file.pixels.numpy()).all()
    for suffix in (path.suffix, ".tif", ".jpg"):
        target = path.with_name(f"out{suffix}")
        try:
            file.with_pixels(file.pixels).write(target, overwrite=True)
        except PreimageError:
            assert not target.exists()
            continue
        ImageFile.read(target)
        target.unlink()


def check_weights(path: Path) -> None:
    zoo.load_file(path, seeds.network())


def run(content, number, check, folder):
    """What became of one damaged file, and the seconds it took."""
    suffix, whole = content
    path = folder / f"in{suffix}"
    path.write_bytes(damaged(whole, np.random.default_rng(number)))
    started = time.perf_counter()
    try:
        check(path)
        lines, outcome = [""], "read"
    except PreimageError as error:
        lines, outcome = str(error).splitlines(), "refused"
    except Exception as error:
        raise AssertionError(f"number {number}, {suffix}: {type(error).__name__} {error}") from error
    assert len(lines) == 1, number
    left = [entry.name for entry in folder.iterdir() if entry != path]
    assert not left, f"number {number} left {left}"
    path.unlink()
    return outcome, time.perf_counter() - started


def fuzz(contents, numbers, check, folder):
    """All of ``numbers``, each on one of ``contents`` in turn."""
    folder.mkdir(exist_ok=True)
    contents, outcomes, longest = list(contents), Counter(), (0.0, -1)
    before = peak_bytes()
    for number in numbers:
        content = contents[number % len(contents)]
        outcome, seconds = run(content, number, check, folder)
        outcomes[f"{content[0]} {outcome}"] += 1
        longest = max(longest, (seconds, number))
    assert longest[0] < LONGEST, longest
    assert peak_bytes() - before < MOST_MEMORY
    print(f"\n{dict(sorted(outcomes.items()))}; slowest {longest[0]:.2f} s (number {longest[1]}); "
          f"peak memory {peak_bytes() / 1e6:.0f} MB")  # fmt: skip
    return outcomes


@pytest.fixture
def pictures(tmp_path, picture):
    found = list(seeds.pictures(tmp_path, picture))
    for path in tmp_path.iterdir():
        path.unlink()
    return found


def quick_kernels():
    return [content for content in seeds.kernels() if content[0] != ".mat"]


def test_whole_files_are_read(tmp_path, pictures):
    for check, contents in (
        (check_picture, pictures), (read_kernel_file, seeds.kernels()), (check_weights, seeds.weights()),
    ):  # fmt: skip
        for suffix, content in contents:
            if suffix != ".gif":
                (tmp_path / f"a{suffix}").write_bytes(content)
                check(tmp_path / f"a{suffix}")


def read_kernel_file(path):
    read_kernel(str(path))


def test_damage_is_the_same_each_time_and_another_for_each_number():
    content = bytes(range(256)) * 4
    made = [damaged(content, np.random.default_rng(number)) for number in range(50)]
    assert made == [damaged(content, np.random.default_rng(number)) for number in range(50)]
    assert len(set(made)) > 45
    assert content not in made


def test_some_damaged_files(tmp_path, pictures):
    outcomes = fuzz(pictures, range(150), check_picture, tmp_path / "p")
    assert sum(count for name, count in outcomes.items() if "refused" in name) > 50
    fuzz(quick_kernels(), range(40), read_kernel_file, tmp_path / "k")
    fuzz(pictures, range(1000, 1040), read_mask, tmp_path / "m")
    fuzz(seeds.weights(), range(40), check_weights, tmp_path / "w")


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_ten_thousand_damaged_pictures(tmp_path, pictures):
    fuzz(pictures, range(10_000), check_picture, tmp_path / "p")


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("kind", ["kernels", "masks", "weights"])
def test_five_hundred_damaged_files_of_each_other_kind(tmp_path, pictures, kind):
    contents, check = {
        "kernels": (seeds.kernels(), read_kernel_file), "masks": (pictures, read_mask),
        "weights": (seeds.weights(), check_weights),
    }[kind]  # fmt: skip
    fuzz(contents, range(500), check, tmp_path / "f")
