import pytest
import torch

from preimage.errors import ArgumentError
from preimage.metric import ERGAS
from tests.example import Example
from tests.metric.waves import waves

EXAMPLES = {ERGAS: [Example(ERGAS), Example(lambda: ERGAS(2.0), shape=(2, 2, 3, 4, 5))]}


@pytest.mark.parametrize("ratio", [4.0, 2.0])
def test_agrees_with_torchmetrics(ratio: float) -> None:
    import torchmetrics.functional.image as reference

    pair = waves(4, 13, 17)
    theirs = reference.error_relative_global_dimensionless_synthesis(*pair, ratio=ratio)
    torch.testing.assert_close(ERGAS(ratio)(*pair)[0], theirs)


def test_by_hand() -> None:
    x = torch.tensor([1.0, 3.0, 4.0, 4.0]).reshape(1, 2, 1, 2)
    x_hat = torch.tensor([2.0, 4.0, 4.0, 0.0]).reshape(1, 2, 1, 2)
    assert float(ERGAS(4)(x_hat, x)) == pytest.approx(25 * ((1 / 4 + 8 / 16) / 2) ** 0.5)


def test_the_unit_does_not_matter() -> None:
    x_hat, x = waves(3, 5, 6)
    torch.testing.assert_close(ERGAS()(1000 * x_hat, 1000 * x), ERGAS()(x_hat, x))


def test_ratio_is_positive() -> None:
    with pytest.raises(ArgumentError, match="`ratio` must be positive"):
        ERGAS(0.0)
