from pathlib import Path

import pytest

from preimage.cli.checking.subject import check_name, load_subject
from preimage.errors import ArgumentError

CODE = """
class Thing:
    def __init__(self, size=1):
        self.size = size
        if size < 0:
            raise ValueError("too small\\nby far")

    def __call__(self):
        return 3

thing = Thing(7)
same = thing

def make():
    return thing
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "things_of_mine.py").write_text(CODE)
    return tmp_path


def load(folder: Path, name: str, **arguments: int) -> object:
    return load_subject(*check_name(name, folder), folder, arguments)


def test_a_class_is_made_a_function_called_and_an_object_taken(folder: Path) -> None:
    made = load(folder, "things_of_mine:Thing", size=5)
    assert vars(made) == {"size": 5}
    taken = load(folder, "things_of_mine:thing")  # which could be called, too
    assert vars(taken) == {"size": 7}
    returned = load(folder, "things_of_mine:make")
    assert vars(returned) == {"size": 7}


def test_a_file_is_read_as_it_is_now(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    load(folder, "things_of_mine:thing")
    other = tmp_path_factory.mktemp("other")
    (other / "things_of_mine.py").write_text("thing = 'another'")
    assert load(other, "things_of_mine:thing") == "another"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("things_of_mine", "`NAME` must be MODULE:NAME, got 'things_of_mine'"),
        ("a b:c", "`NAME` must be MODULE:NAME"),
        ("nowhere_at_all:Thing", "there is no nowhere_at_all.py here"),
        ("things_of_mine:Nothing", "got 'Nothing', which it lacks"),
        ("things_of_mine:Thing", "ValueError: too small; give --arguments"),
        ("broken_of_mine:Thing", "ZeroDivisionError: division by zero"),
    ],
)
def test_what_cannot_be_made_is_told_in_a_line(folder: Path, name: str, told: str) -> None:
    (folder / "broken_of_mine.py").write_text("1 / 0")
    with pytest.raises(ArgumentError) as caught:
        load(folder, name, size=-1)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
