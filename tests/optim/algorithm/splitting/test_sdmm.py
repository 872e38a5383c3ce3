import pytest
import torch

from preimage.errors import CapabilityError
from preimage.fidelity import likelihood
from preimage.functional import Zero
from preimage.optim import PDHG, SDMM, CondatVu, L1Prior, TVPrior, Unrolled, Variational
from preimage.optim.prior import Box
from preimage.optim.prior.periodic_tv import PeriodicTV
from preimage.physics import Blur, BlurFFT, GaussianNoise, PoissonNoise, kernels
from tests.directional import require_gradient

POSITIVE = Box(0.0, None)


def blurred(noise, shape=(3, 2, 6, 7)):
    generator = torch.Generator().manual_seed(0)
    x = torch.rand(shape, generator=generator, dtype=torch.float64)
    kernel = kernels.gaussian_blur(0.7).double()[:5, :5] if len(shape) == 4 else torch.ones(1, 1, 2, 3, 1).double() / 6
    physics = BlurFFT(kernel / kernel.sum(), noise)
    return physics, physics(x, rng=generator)


def test_one_step_by_hand():
    physics, y = blurred(GaussianNoise(0.1), (1, 1, 4, 5))
    columns = torch.eye(20).double().reshape(20, 1, 4, 5)
    matrix = physics.A(columns).reshape(20, 20).T
    prior = TVPrior(3.0)
    jumps = prior.periodic().linear(columns).reshape(20, 40).T
    x = torch.rand(1, 1, 4, 5, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    f, algorithm = likelihood(physics, y), SDMM(step_size=0.02, relaxation=1.5, constraint=POSITIVE)
    state = algorithm.step(f, prior, algorithm.step(f, prior, algorithm.init(x)))
    z, w = jumps @ x.flatten(), x.flatten()
    u, v = torch.zeros(40).double(), torch.zeros(20).double()
    for _ in range(2):
        left = matrix.T @ matrix / 0.01 + (jumps.T @ jumps + torch.eye(20)) / 0.02
        flat = torch.linalg.solve(left, matrix.T @ y.flatten() / 0.01 + (jumps.T @ (z - u) + w - v) / 0.02)
        a, b = u + 1.5 * jumps @ flat - 0.5 * z, v + 1.5 * flat - 0.5 * w
        z, w = prior.periodic().outer_prox(a.reshape(1, 1, 2, 4, 5), 0.02).flatten(), b.clamp_min(0)
        u, v = a - z, b - w
    torch.testing.assert_close(state.x.flatten(), flat, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("coupled", "isotropic", "shape"),
    [
        (False, True, (2, 2, 6, 7)),
        (True, True, (2, 2, 6, 7)),
        (True, False, (2, 2, 6, 7)),
        (False, False, (2, 1, 3, 4, 5)),
    ],
)
def test_it_ends_where_other_methods_do(coupled, isotropic, shape):
    physics, y = blurred(GaussianNoise(0.1), shape)
    prior = TVPrior(4.0, coupled, isotropic=isotropic)
    found = Variational(SDMM(), prior, max_steps=20000, tol=1e-8).solve(y, physics)
    expected = Variational(CondatVu(), prior, max_steps=20000, tol=1e-8)(y, physics)
    assert bool(found.converged.all())
    torch.testing.assert_close(found.x, expected, rtol=0, atol=1e-5)


def test_counts_and_a_constraint():
    physics, y = blurred(PoissonNoise(0.02, 0.05), (2, 1, 4, 5))
    expected = Variational(PDHG(), TVPrior(3.0), max_steps=50000, tol=1e-7)(y, physics)
    assert expected.min() > 0  # so that it is what a constraint leaves, too
    for constraint in (POSITIVE, None):
        found = Variational(SDMM(constraint=constraint), TVPrior(3.0), max_steps=20000, tol=1e-7)(y, physics)
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)


def test_differences_across_the_border_are_free():
    prior, x = TVPrior(0.7), torch.rand(2, 2, 4, 5, generator=torch.Generator().manual_seed(0)).double()
    periodic = prior.periodic()
    torch.testing.assert_close(periodic(x), prior(x))
    z = periodic.linear(x)
    assert torch.equal(z[:, :, 0, -1], x[:, :, 0] - x[:, :, -1])
    moved = periodic.outer_prox(z, 0.3)
    assert torch.equal(moved[:, :, 0, -1], z[:, :, 0, -1])
    assert torch.equal(moved[:, :, 1, :, -1], z[:, :, 1, :, -1])
    torch.testing.assert_close(moved[:, :, :, :-1, :-1], prior.outer_prox(z, 0.3)[:, :, :, :-1, :-1])


@pytest.mark.parametrize("shape", [(1, 1, 4, 5), (1, 2, 3, 4, 6)])
def test_eigenvalues_are_those_of_the_matrix(shape):
    prior, count = PeriodicTV(), torch.Size(shape[2:]).numel()
    columns = torch.eye(count).double().reshape(count, 1, *shape[2:])
    normal = prior.linear_adjoint(prior.linear(columns)).reshape(count, count)
    power = prior.linear_power(torch.zeros(shape).to(torch.complex128)).expand(shape[2:])
    expected = torch.linalg.eigvalsh(normal)
    torch.testing.assert_close(power.flatten().sort().values, expected, rtol=0, atol=1e-10)


def test_default_steps_follow_the_units_of_image_and_prior():
    physics, y = blurred(GaussianNoise(0.1))
    f = likelihood(physics, y)
    one = SDMM().prepare(f, TVPrior(2.0), y).step_size
    torch.testing.assert_close(SDMM().prepare(f, TVPrior(4.0), y).step_size, one / 2)
    torch.testing.assert_close(SDMM().prepare(f, TVPrior(2.0), 3 * y).step_size, 3 * one)
    assert torch.equal(SDMM().prepare(f, TVPrior(2.0), torch.ones_like(y)).step_size, torch.full_like(one, 1 / 6))


def test_it_unrolls_and_learns():
    physics, y = blurred(GaussianNoise(0.1), (2, 1, 6, 8))
    model = Unrolled(SDMM(), TVPrior(2.0), 4, learn=["step_size", "weight"]).double()
    require_gradient(lambda: model(y, physics).square().sum(), list(model.parameters()), rtol=1e-5)
    gradients = torch.autograd.grad(model(y, physics).square().sum(), list(model.parameters()))
    # The last prox comes after the last estimate.
    assert all(bool(g[:-1].ne(0).all()) for g in gradients)


def test_what_it_cannot_do():
    physics, y = blurred(GaussianNoise(0.1))
    with pytest.raises(CapabilityError, match=r"periodic convolution.*use CondatVu"):
        Variational(SDMM(), TVPrior(1.0))(y, Blur(torch.ones(3, 3).double() / 9, "reflect", noise=GaussianNoise(0.1)))
    for prior in (Zero(), L1Prior(1.0)):
        with pytest.raises(CapabilityError, match="prior must be Periodizable"):
            Variational(SDMM(), prior)(y, physics)
