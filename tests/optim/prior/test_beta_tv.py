import pytest
import torch

from preimage.errors import ArgumentError
from preimage.optim import BetaTV, TVPrior
from preimage.transform import divergence, gradient
from tests.example import LEVELS, Example

EXAMPLES = {
    BetaTV: [Example(lambda: BetaTV(LEVELS, 1.5)), Example(BetaTV, shape=(2, 1, 4, 3, 5))],
}


@pytest.mark.parametrize("beta", [1.2, 1.5, 2.0, 3.0])
def test_by_hand(beta: float) -> None:
    x = torch.tensor([[[[0.0, 3.0], [4.0, 4.0]]]], dtype=torch.float64, requires_grad=True)
    # Vectors (3, 4), (1, .), (., 0) and none at all.
    torch.testing.assert_close(BetaTV(2.0, beta)(x), torch.tensor([2 * (5.0**beta + 1)], dtype=torch.float64))
    flat = torch.zeros(1, 1, 3, 3, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(BetaTV(1.0, beta)(flat).sum(), flat)
    assert torch.equal(slope, torch.zeros_like(flat))
    assert torch.equal(BetaTV(1.0, beta).grad(flat.detach()), torch.zeros_like(flat))


def test_the_exponent_two_is_the_laplacian(rng: torch.Generator) -> None:
    x = torch.rand(2, 3, 5, 4, generator=rng, dtype=torch.float64)
    torch.testing.assert_close(BetaTV(0.7).grad(x), -1.4 * divergence(gradient(x)))


@pytest.mark.parametrize("beta", [1.3, 2.5])
def test_the_gradient_against_differences(beta: float, rng: torch.Generator) -> None:
    x = torch.rand(1, 2, 4, 3, generator=rng, dtype=torch.float64)
    g, step = BetaTV(0.3, beta), 1e-6
    for index in range(x.numel()):
        change = torch.zeros_like(x)
        change.view(-1)[index] = step
        slope = (g(x + change) - g(x - change)) / (2 * step)
        torch.testing.assert_close(g.grad(x).flatten()[index], slope[0], rtol=1e-6, atol=1e-7)


def test_total_variation_is_the_limit(rng: torch.Generator) -> None:
    x = torch.rand(2, 3, 5, 4, generator=rng, dtype=torch.float64)
    torch.testing.assert_close(BetaTV(0.3, 1 + 1e-9)(x), TVPrior(0.3)(x))


def test_an_exponent_of_one_has_no_gradient() -> None:
    with pytest.raises(ArgumentError, match=r"`beta` must be in \(1, inf\), got 1\.0; for total variation"):
        BetaTV(1.0, 1.0)
