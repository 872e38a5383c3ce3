import pytest

from preimage.testing._properties import Property, run_properties


def test_the_first_fault_ends_it() -> None:
    done = []

    def fail() -> None:
        raise AssertionError("second")

    parts = [
        Property("a", lambda: done.append(1), ""),
        Property("b", fail, ""),
        Property("c", lambda: done.append(3), ""),
    ]
    with pytest.raises(AssertionError, match="second"):
        run_properties(parts)
    assert done == [1]
