import math

import pytest
import torch

from preimage.physics.noise.functions.quadrature import nodes_in_parts


@pytest.mark.parametrize("count", [3, 40_000])
def test_integrals_are_exact_whatever_the_parts(count: int) -> None:
    like = torch.linspace(0.5, 1, count, dtype=torch.float64)
    parts = list(nodes_in_parts(12, like))
    assert (len(parts) == 1) == (count == 3)
    total = sum((weights * (like * nodes).exp()).sum(0) for nodes, weights in parts)
    torch.testing.assert_close(total, 2 * like.sinh() / like)
    assert math.isclose(sum(float(weights.sum()) for _, weights in parts), 2)
