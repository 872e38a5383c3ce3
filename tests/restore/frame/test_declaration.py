import pytest

from preimage.errors import ArgumentError
from preimage.restore import Method, Task
from preimage.restore.frame.declaration import MethodRow
from preimage.restore.methods.dpir import Dpir


def test_a_row_loads_the_class_that_it_names():
    assert MethodRow("dpir", "preimage.restore.methods.dpir:Dpir").load(Method) is Dpir


@pytest.mark.parametrize("where", ["preimage.restore.methods.dpir:Dpir", "preimage.restore.table:TASKS"])
def test_something_else_is_refused(where):
    with pytest.raises(ArgumentError, match="`task` must be the MODULE:CLASS of a Task, got"):
        MethodRow("wrong", where).load(Task)
