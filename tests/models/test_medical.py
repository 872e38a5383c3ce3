"""The networks on the physics they were published for: several coils, complex images, sinograms."""

import pytest
import torch

from preimage.models import MoDL, PDNet, VarNet
from preimage.physics import MultiCoilMRI, ParallelBeam, Tomography, coils
from tests.directional import require_gradient
from tests.models.problems import chain, denoiser, made, normal

COILS, SIZE = 3, 8


def mri():
    """Another sampling pattern for each image."""
    mask = (normal(3, 1, 1, SIZE, seed=4) > -0.3).double().expand(3, 1, SIZE, SIZE)
    return MultiCoilMRI(mask, coils.birdcage((SIZE, SIZE), COILS, dtype=torch.complex128))


def ct():
    return Tomography(ParallelBeam((0.0, 40.0, 90.0, 130.0), 11), (SIZE, SIZE))


CASES = {
    "MoDL": (mri, lambda: MoDL(denoiser(2), 3)),
    "VarNet": (mri, lambda: VarNet([chain(2, seed) for seed in range(3)])),
    "PDNet": (ct, lambda: PDNet(n_steps=2, n_primal=2, n_dual=2, width=3)),
    "PDNet-MRI": (mri, lambda: PDNet((2, 2 * COILS), 2, 2, 2, width=3)),
}


@pytest.fixture(params=CASES)
def case(request):
    physics, make = (part for part in CASES[request.param])
    physics = physics()
    complex_x = isinstance(physics, MultiCoilMRI)
    x = normal(3, 1, SIZE, SIZE, dtype=torch.complex128 if complex_x else torch.float64)
    return made(make), physics.A(x) + 0.1 * normal(*physics.A(x).shape, seed=2, dtype=x.dtype), physics


def test_samples_are_independent_in_double_precision(case) -> None:
    model, y, physics = case
    whole = model(y, physics)
    assert whole.real.dtype == torch.float64
    for i in range(3):
        alone = physics.replace(mask=physics.mask[i : i + 1]) if isinstance(physics, MultiCoilMRI) else physics
        torch.testing.assert_close(model(y[i : i + 1], alone)[0], whole[i], rtol=1e-9, atol=1e-10)


def test_gradients_reach_weights_and_measurement(case) -> None:
    model, y, physics = case
    y = y.requires_grad_()
    with torch.no_grad():  # without bias, what is not sampled would lie on the kink of every activation
        for seed, parameter in enumerate(model.parameters()):
            parameter.add_(0.02 * normal(*parameter.shape, seed=seed))
    require_gradient(lambda: model(y, physics).abs().square().sum(), [*model.parameters(), y], rtol=1e-5)
