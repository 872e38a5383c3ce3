import pytest
import torch

from preimage.testing._compare import normal_like, require, require_close, require_equal, require_same_form, seeded


def test_numbers_are_the_same_every_time() -> None:
    tree = (torch.zeros(2, 3), torch.zeros(1, dtype=torch.complex128))
    first, second = normal_like(tree, seeded()), normal_like(tree, seeded())
    require_equal(first, second, None, "numbers")
    require_same_form(first, tree, None, "numbers")
    assert float(first[0].std()) > 0


def test_what_differs_is_told_with_the_class_in_front() -> None:
    require(True, 1, "fine")
    with pytest.raises(AssertionError, match=r"^int: too small$"):
        require(False, 1, "too small")
    a = torch.ones(2, 3)
    with pytest.raises(AssertionError, match="the result has shape"):
        require_same_form(a, a[:1], None, "the result")
    with pytest.raises(AssertionError, match="the result has dtype"):
        require_same_form(a, a.double(), None, "the result")
    with pytest.raises(AssertionError, match="the result is a tuple"):
        require_same_form((a,), a, None, "the result")
    with pytest.raises(AssertionError, match="differs by up to 1"):
        require_equal(a, 2 * a, None, "the result")


def test_closeness_is_of_each_sample() -> None:
    expected = torch.tensor([[1.0], [1000.0]])
    require_close(expected + 1e-4, expected, 2e-4, None, "the result")
    with pytest.raises(AssertionError, match=r"differs by 1\.00e-03 of its norm"):
        require_close(expected + torch.tensor([[1e-3], [0.0]]), expected, 2e-4, None, "the result")
    with pytest.raises(AssertionError, match="differs"):
        require_close(torch.full((1, 1), torch.nan), torch.ones(1, 1), 1.0, None, "the result")
