import math

import pytest
import torch

from preimage.errors import ArgumentError
from preimage.metric import LpNorm
from tests.example import Example

EXAMPLES = {LpNorm: [Example(LpNorm, complex=True), Example(lambda: LpNorm(math.inf)), Example(lambda: LpNorm(0.5))]}


def test_by_hand() -> None:
    x_hat, x = torch.tensor([[[[4.0, 1.0]]], [[[0.0, -2.0]]]]), torch.tensor([[[[1.0, 5.0]]], [[[0.0, -3.0]]]])
    for p, norms in ((1.0, [7, 1]), (2.0, [5, 1]), (math.inf, [4, 1]), (0.5, [(3**0.5 + 2) ** 2, 1])):
        torch.testing.assert_close(LpNorm(p)(x_hat, x), torch.tensor(norms, dtype=torch.float32))


@pytest.mark.parametrize("p", [0.0, -1.0, math.nan])
def test_p_is_positive(p: float) -> None:
    with pytest.raises(ArgumentError, match="`p` must be positive"):
        LpNorm(p)
