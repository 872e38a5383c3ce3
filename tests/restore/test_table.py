import subprocess
import sys
import typing

import pytest

from preimage import restore
from preimage.errors import ArgumentError, ImageFileError
from preimage.restore import Method, Task
from preimage.restore.table import METHODS, TASKS, find_method, find_task, is_known


@pytest.mark.parametrize("row", TASKS, ids=lambda row: row.name)
def test_a_task_is_what_its_row_says(row):
    task = row.load(Task)
    assert task.name == row.name
    assert vars(restore).get(row.name, row.function()) is row.function()
    for option in row.options:
        assert option.help.endswith((".", "..."))
        if option.name == "method":
            assert typing.get_args(option.type) == row.methods
            assert option.default == row.methods[0]
    assert all(is_known(name) for name in row.methods)


@pytest.mark.parametrize("row", METHODS, ids=lambda row: row.name)
def test_a_method_is_what_its_row_says(row):
    method = row.load(Method)()
    assert method.name == row.name
    assert method.options()["method"] == row.name
    assert any(row.name in task.methods for task in TASKS)


def test_what_is_not_in_the_table_is_said():
    with pytest.raises(ArgumentError, match="`method` must be drunet, groupsc, dip or posterior, got 'dpir'"):
        find_method("dpir", "denoise")
    with pytest.raises(ImageFileError, match="known task, got 'enhance'"):
        find_task("enhance")
    assert find_method("mine:Method", "denoise").where == "mine:Method"


def test_the_table_is_read_without_torch():
    code = "import sys, preimage.restore.table; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
