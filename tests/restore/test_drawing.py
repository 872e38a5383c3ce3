import pytest

from preimage.errors import ArgumentError
from preimage.restore.drawing import drawing
from preimage.restore.methods.dpir import Dpir
from preimage.restore.methods.posterior import PosteriorSampling


@pytest.mark.parametrize("task", ["denoise", "deblur", "superresolve", "inpaint"])
def test_where_no_other_method_is_named_samples_choose_theirs(task: str) -> None:
    from preimage.restore.table import find_task

    for method in (find_task(task).methods[0], "posterior"):
        assert drawing(method, task, 3) == PosteriorSampling(3)


def test_who_draws_none_says_so() -> None:
    for method, task in (("dip", "denoise"), ("usr", "deblur"), (Dpir(), "inpaint"), ("dpir", "demosaic")):
        with pytest.raises(ArgumentError, match="`samples` must be left out"):
            drawing(method, task, 3)
    with pytest.raises(ArgumentError, match="`samples` must be at least 1, got 0"):
        drawing("drunet", "denoise", 0)
