"""What all unrolled models share: samples on their own, both precisions, memory rules, weights that travel."""

import pytest
import torch

from preimage.models import LISTA, MoDL, PDNet, USRNet, VarNet
from preimage.optim.unrolled import Checkpointed, Reversible, Stored
from preimage.physics import Blur, BlurFFT, Downsampling, GaussianNoise, Inpainting
from tests.directional import require_gradient
from tests.models.problems import chain, denoiser, made, normal

MODELS = {
    "LISTA": lambda rule=None: LISTA(3, 2.0, "haar", 2, gradient=rule),
    "MoDL": lambda rule=None: MoDL(denoiser(1), 3, gradient=rule),
    "VarNet": lambda rule=None: VarNet([chain(1, seed) for seed in range(3)], gradient=rule),
    "PDNet": lambda rule=None: PDNet(n_steps=3, n_primal=2, n_dual=2, width=3, gradient=rule),
    "USRNet": lambda rule=None: USRNet(1, (4, 4, 4, 4), 1, 3, 4, gradient=rule),
}


@pytest.fixture(params=MODELS)
def make(request):
    return lambda rule=None: made(lambda: MODELS[request.param](rule))


@pytest.fixture
def case():
    kernel = torch.rand(3, 1, 3, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    sigma = torch.tensor([0.01, 0.1, 0.3], dtype=torch.float64)
    return normal(3, 1, 8, 8), BlurFFT(kernel / 3, GaussianNoise(sigma))


def test_samples_are_independent(make, case):
    y, physics = case
    model = make()
    whole = model(y, physics)
    for i in range(3):
        alone = physics.replace(kernel=physics.kernel[i : i + 1], sigma=physics.noise.sigma[i : i + 1])
        torch.testing.assert_close(model(y[i : i + 1], alone)[0], whole[i], rtol=1e-10, atol=1e-11)


def test_single_precision(make, case):
    y, physics = case
    model = make()
    expected = model(y, physics)
    found = model.float()(y.float(), physics.float())
    assert found.dtype == torch.float32
    torch.testing.assert_close(found.double(), expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("rule", [Checkpointed(), Checkpointed(2)], ids=repr)
def test_checkpointed_gradients_are_the_stored_ones(make, case, rule):
    y, physics = case
    gradients = []
    for model in (make(Stored()), make(rule)):
        gradients.append(torch.autograd.grad(model(y, physics).square().sum(), list(model.parameters())))
    assert all(torch.equal(a, b) for a, b in zip(*gradients, strict=True))


@pytest.mark.parametrize("name", ["LISTA", "MoDL", "VarNet", "PDNet"])
def test_gradients_of_reversible_models_are_those_of_differences(name, case):
    y, physics = case
    model = made(lambda: MODELS[name](Reversible()))
    require_gradient(lambda: model(y, physics).square().sum(), list(model.parameters()), rtol=1e-5)


def test_weights_travel(make, case):
    y, physics = case
    model, other = make(), make()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1.1)
    assert not torch.equal(other(y, physics), model(y, physics))
    other.load_state_dict(model.state_dict())
    assert torch.equal(other(y, physics), model(y, physics))


@pytest.mark.parametrize(
    "physics",
    [
        Blur(torch.ones(3, 3).double() / 9, "reflect", noise=GaussianNoise(0.1)),
        Inpainting((normal(8, 8) > 0).double(), noise=GaussianNoise(0.1)),
        Downsampling(torch.ones(3, 3).double() / 9, 2, noise=GaussianNoise(0.1)),
    ],
    ids=lambda physics: type(physics).__name__,
)
def test_any_linear_physics(make, physics):
    assert make()(physics.A(normal(2, 1, 8, 8)), physics).shape == (2, 1, 8, 8)
