import pytest
import torch
import torch.nn.functional as F
from torch import nn

from preimage.optim import GD, ICNN, ICNNPrior, Variational
from preimage.physics import Denoising
from preimage.physics.noise import GaussianNoise
from tests.example import LEVELS, Example

EXAMPLES = {
    ICNNPrior: [Example(lambda: ICNNPrior(ICNN(3, width=4, depth=3), LEVELS, strong=0.1))],
}


@pytest.fixture
def network() -> ICNN:
    torch.manual_seed(0)
    network = ICNN(2, width=4, depth=3).double()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn_like(parameter))  # convex by construction, not by a small start
    return network


def test_one_layer_by_hand(rng: torch.Generator) -> None:
    torch.manual_seed(0)
    network, x = ICNN(1, width=3, depth=1), torch.rand(2, 1, 4, 5, generator=rng)
    (conv,) = network.inputs
    assert isinstance(conv, nn.Conv2d)
    features = F.softplus(F.conv2d(x, conv.weight, conv.bias, padding=1))
    expected = torch.einsum("bchw,c->b", features, F.softplus(network.last.flatten()))
    torch.testing.assert_close(network(x), expected)


def test_hessian_has_no_negative_eigenvalue(network: ICNN, rng: torch.Generator) -> None:
    for scale in (0.1, 1.0, 10.0):
        x = scale * torch.randn(1, 2, 3, 3, generator=rng, dtype=torch.float64)
        hessian = torch.autograd.functional.jacobian(ICNNPrior(network).grad, x).reshape(18, 18)
        values = torch.linalg.eigvalsh(hessian)
        assert float(values[0]) > -1e-10 * float(values[-1])


def test_midpoints_lie_below_chords(network: ICNN, rng: torch.Generator) -> None:
    prior = ICNNPrior(network, 0.7, strong=0.5)
    for scale in (0.1, 1.0, 10.0):
        a, b = scale * torch.randn(2, 20, 2, 5, 4, generator=rng, dtype=torch.float64)
        below = (prior(a) + prior(b)) / 2 - prior((a + b) / 2)
        distance = (a - b).square().flatten(1).sum(1)
        assert bool((below >= 0.7 * 0.5 / 8 * distance - 1e-9).all())  # strong convexity with constant 0.35


def test_gradient(network: ICNN, rng: torch.Generator) -> None:
    x = torch.randn(2, 2, 4, 4, generator=rng, dtype=torch.float64, requires_grad=True)
    prior = ICNNPrior(network, torch.tensor([0.5, 2.0], dtype=torch.float64), strong=0.1)
    assert torch.autograd.gradcheck(prior, x)
    assert torch.autograd.gradcheck(prior.grad, x)


def test_gradient_descent_finds_the_one_minimiser(network: ICNN, rng: torch.Generator) -> None:
    y = torch.rand(1, 2, 4, 4, generator=rng, dtype=torch.float64)
    ends = [
        Variational(GD(step_size=0.3), ICNNPrior(network, 0.01), init=lambda *_, s=s: s * y, max_steps=500, tol=1e-12)(
            y, Denoising(GaussianNoise(1.0))
        )
        for s in (-5.0, 5.0)
    ]
    torch.testing.assert_close(ends[0], ends[1], rtol=1e-6, atol=1e-8)
    residual = ends[0] - y + ICNNPrior(network, 0.01).grad(ends[0])
    assert float(residual.detach().abs().max()) < 1e-7
