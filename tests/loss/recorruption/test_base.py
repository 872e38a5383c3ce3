import pytest
import torch

from preimage.loss.recorruption import (
    BinomialRecorruption,
    GammaRecorruption,
    GaussianRecorruption,
    PoissonRecorruption,
    Recorruption,
)
from preimage.testing._values import check_replace, check_value

Y = torch.full((2, 1, 3, 3), 0.5)


@pytest.mark.parametrize(
    "kind",
    [
        GaussianRecorruption(torch.tensor([0.1, 0.2])),
        PoissonRecorruption(torch.tensor([0.1, 0.2]), background=0.1),
        GammaRecorruption(torch.tensor([3.0, 5.0])),
        BinomialRecorruption(torch.tensor([4.0, 10.0])),
    ],
)
def test_it_is_a_value_and_its_draws_follow_from_the_generator(kind: Recorruption) -> None:
    assert isinstance(kind, Recorruption)
    check_replace(kind)
    check_value(kind, lambda copied: copied.split(Y, torch.Generator().manual_seed(0))[0])
    first, second = kind.split(Y, torch.Generator().manual_seed(0))
    assert first.shape == second.shape == Y.shape
    assert first.dtype == second.dtype == Y.dtype
    assert kind.split(Y.double())[0].dtype == torch.float64
