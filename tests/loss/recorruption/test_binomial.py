import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.loss.recorruption import BinomialRecorruption
from preimage.physics import BinomialNoise
from tests.loss.recorruption.draws import require_moments


@pytest.mark.parametrize(("trials", "alpha", "dealt"), [(10, 0.2, 2), (3, 0.9, 2), (2, 0.01, 1)])
def test_its_parts_are_independent_with_the_variances_told(trials: int, alpha: float, dealt: int) -> None:
    z = torch.tensor(0.3, dtype=torch.float64)
    kind = BinomialRecorruption(trials, alpha)
    first, second = require_moments(kind, BinomialNoise(trials), z, 0.21 / (trials - dealt), 0.21 / dealt)
    torch.testing.assert_close((first * (trials - dealt)).round(), first * (trials - dealt))
    torch.testing.assert_close((second * dealt).round(), second * dealt)


def test_each_image_has_its_own_trials_and_the_parts_make_the_whole() -> None:
    trials = torch.tensor([4.0, 10.0])
    y = torch.tensor([[0.0, 0.25, 1.0], [0.0, 0.3, 1.0]])
    first, second = BinomialRecorruption(trials, 0.3).split(y, torch.Generator().manual_seed(0))
    dealt = torch.tensor([[1.0], [3.0]])
    torch.testing.assert_close((trials[:, None] - dealt) * first + dealt * second, trials[:, None] * y)
    assert not first[:, 0].any()
    torch.testing.assert_close(second[:, 2], torch.ones(2))


def test_what_cannot_be_split_is_told() -> None:
    with pytest.raises(ArgumentError, match="`trials` must be at least 2"):
        BinomialRecorruption(1)
    with pytest.raises(ArgumentError, match="`alpha` must be in"):
        BinomialRecorruption(4, 1.0)
    with pytest.raises(ShapeError, match="shares of the trials"):
        BinomialRecorruption(4).split(torch.ones(1, 1, dtype=torch.complex64))
