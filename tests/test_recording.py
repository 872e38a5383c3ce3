"""Gradients taken inside: of what they depend on, and whatever is recorded outside."""

import pytest
import torch

from preimage._recording import slope
from preimage.fidelity import likelihood
from preimage.optim import GD, ICNN, ICNNPrior, PatchPrior, Unrolled
from preimage.physics import Denoising, FeatureMap, GaussianNoise


def network():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return ICNN(1, width=4, depth=2).double()


def patches():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layers = torch.nn.Sequential(torch.nn.Linear(9, 4), torch.nn.Softplus(), torch.nn.Linear(4, 1))
        return torch.nn.Sequential(layers, torch.nn.Flatten(0)).double()


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize(
    "prior", [lambda w: ICNNPrior(network(), w), lambda w: PatchPrior(patches(), 3, weight=w)], ids=["icnn", "patch"]
)
def test_gradients_to_parameters_are_those_of_every_step(prior, steps):
    # The start does not require a gradient, but the gradient of the prior there depends on its parameters.
    rng = torch.Generator().manual_seed(0)
    y = torch.rand(2, 1, 6, 5, generator=rng, dtype=torch.float64)
    physics, model = Denoising(GaussianNoise(0.5)), lambda w: Unrolled(GD(0.02), prior(w), steps)
    loss = lambda m: m(y, physics).square().sum()  # noqa: E731
    weight = torch.tensor(1.5, dtype=torch.float64, requires_grad=True)
    m = model(weight)
    first = next(p for p in m.parameters() if p.ndim > 1)
    found = torch.autograd.grad(loss(m), [weight, first])
    with torch.no_grad():
        numeric = (loss(model(weight + 1e-5)) - loss(model(weight - 1e-5))) / 2e-5
        torch.testing.assert_close(found[0], numeric, rtol=1e-6, atol=0)
        direction = torch.randn(first.shape, generator=rng, dtype=torch.float64)
        values = []
        for change in (1e-5, -2e-5):
            first.add_(change * direction)
            values.append(loss(m))
    torch.testing.assert_close((found[1] * direction).sum(), (values[0] - values[1]) / 2e-5, rtol=1e-6, atol=0)


def test_nothing_is_recorded_that_nobody_asks_for():
    x = torch.rand(1, 1, 6, 5, dtype=torch.float64)
    y = torch.zeros(1, 1, 3, 2, dtype=torch.float64)
    frozen = ICNNPrior(network().requires_grad_(False))
    features = likelihood(FeatureMap(network(), "inputs.0"), y.expand(1, 4, 3, 2).new_zeros(1, 4, 6, 5))
    assert not frozen.grad(x).requires_grad
    assert not features.grad(x).requires_grad
    with torch.no_grad():
        assert not ICNNPrior(network()).grad(x.requires_grad_()).requires_grad


def test_what_was_made_in_inference_mode_can_be_differentiated_there():
    with torch.inference_mode():
        x, y, rows = torch.rand(2, 3), torch.rand(2, 3), [torch.rand(3), torch.rand(3)]
        value, gradient = slope(lambda point: (point * y).exp().sum(1) + (point * torch.stack(rows)).sum(1), x)
        torch.testing.assert_close(gradient, y * (x * y).exp() + torch.stack(rows))
        torch.testing.assert_close(value, (x * y).exp().sum(1) + (x * torch.stack(rows)).sum(1))


def test_gradients_of_gradients():
    x = torch.rand(2, 3, dtype=torch.float64, requires_grad=True)
    _, gradient = slope(lambda point: (point**3).sum(1), x)
    (second,) = torch.autograd.grad(gradient.sum(), x)
    torch.testing.assert_close(second, 6 * x)
