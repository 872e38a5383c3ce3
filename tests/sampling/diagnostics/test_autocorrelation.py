import pytest
import torch

from preimage.errors import ShapeError
from preimage.sampling.diagnostics import autocorrelation


def test_it_is_its_definition() -> None:
    x = torch.rand(2, 1, 9, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    z = x[:, 0] - x[:, 0].mean(1, keepdim=True)
    expected = torch.stack([(z[:, : 9 - t] * z[:, t:]).sum(1) for t in range(9)], 1) / z.square().sum(1)[:, None]
    torch.testing.assert_close(autocorrelation(x), expected)


def test_a_missing_dimension_is_told() -> None:
    with pytest.raises(ShapeError, match=r"\(B, chains, draws, ...\)"):
        autocorrelation(torch.zeros(3, 4))
