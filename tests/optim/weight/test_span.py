import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.optim import PnP, Tikhonov
from preimage.optim.weight.span import WeightRange
from tests.doubles import Shrink

X = torch.tensor([[1.0, 2.0], [3.0, 0.5]], dtype=torch.float64).reshape(2, 1, 1, 2)


def test_weights_are_spread_by_their_logarithms_from_high_to_low() -> None:
    found = WeightRange(0.01, torch.tensor([1.0, 100.0]), 3).logarithms(Tikhonov(1.0), Tikhonov(1.0), X)
    wanted = torch.tensor([[1.0, 100.0], [0.1, 1.0], [0.01, 0.01]], dtype=torch.float64)
    torch.testing.assert_close(found.exp(), wanted)


def test_the_range_follows_from_data_and_prior() -> None:
    class Data(Tikhonov):
        """``||x - 2 X||^2 / 2``."""

        def grad(self, x: torch.Tensor) -> torch.Tensor:
            return x - 2 * X

    # -<x, grad f(x / 2)> / g(x) with x = X: 1.5 ||X||^2 / (||X||^2 / 2) = 3, and four times that.
    found = WeightRange(points=4).logarithms(Data(), Tikhonov(1.0), X).exp()
    torch.testing.assert_close(found[0], torch.full((2,), 12.0, dtype=torch.float64))
    torch.testing.assert_close(found[-1], torch.full((2,), 12e-6, dtype=torch.float64))


def test_what_cannot_be_spread() -> None:
    with pytest.raises(ArgumentError, match="`points` must be at least 3, got 2"):
        WeightRange(points=2)
    with pytest.raises(ArgumentError, match="`tol` must be positive, got 0"):
        WeightRange(tol=0.0)
    with pytest.raises(ArgumentError, match="0 < low < high"):
        WeightRange(2.0, 1.0).logarithms(Tikhonov(), Tikhonov(), X)
    with pytest.raises(CapabilityError, match="without a value, got PnP"):
        WeightRange().logarithms(Tikhonov(), PnP(Shrink()), X)
