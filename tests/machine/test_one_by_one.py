import pytest
import torch

from preimage.machine import one_by_one as module
from preimage.machine.one_by_one import one_by_one
from tests.example import random


def test_large_images_are_computed_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y, weight, seen = random(3, 4, 5), random(3, 2, seed=1), random(4, 5, seed=2), []

    def function(some: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        seen.append(len(some))
        return (weight * some).sum(2) + other[:, :1]

    whole = one_by_one(function, x, y)
    assert seen == [3]
    monkeypatch.setattr(module, "_LARGE", 20)
    torch.testing.assert_close(one_by_one(function, x, y, uses=[weight]), whole, rtol=0, atol=0)
    assert seen == [3, 1, 1, 1]
    assert one_by_one(function, x[:0], y[:0]).shape == (0, 4)
    assert one_by_one(function, x[:1], y[:1]).shape == (1, 4)
    assert seen[4:] == [0, 1]


def test_what_is_recorded_is_computed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LARGE", 1)
    x, weight = random(2, 3), random(3, seed=1).requires_grad_()
    one_by_one(lambda some: weight * some, x, uses=[weight]).sum().backward()
    torch.testing.assert_close(weight.grad, x.sum(0))
    torch.testing.assert_close(torch.func.grad(lambda z: one_by_one(torch.square, z).sum())(x), 2 * x)
    with torch.no_grad():
        assert not one_by_one(lambda some: weight * some, x, uses=[weight]).requires_grad
