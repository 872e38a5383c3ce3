import pytest
import torch

from preimage.errors import CapabilityError, ConvergenceError
from preimage.optim import (
    ADMM,
    DRS,
    FISTA,
    HQS,
    PDHG,
    PGD,
    SAGA,
    SPDHG,
    Anderson,
    LogSchedule,
    Nesterov,
    PnP,
    Restarted,
    Tikhonov,
    TVPrior,
    Variational,
)  # fmt: skip
from preimage.optim.unrolled import DeepEquilibrium, FixedPoint, Implicit, JacobianFree, Phantom, Shared, Unrolled
from preimage.physics import Blur, GaussianNoise, kernels
from preimage.solve import AndersonMixing, Broyden, Picard
from tests.example import Example
from tests.optim.problems import lasso, ridge
from tests.optim.unrolled.test_unrolled import Weighted, network

EXAMPLES = {
    DeepEquilibrium: [Example(lambda: DeepEquilibrium(PGD(), Tikhonov(1.0), ["weight"]))],
}


TIGHT = FixedPoint(AndersonMixing(), max_steps=5000, tol=1e-12)


@pytest.fixture
def blurred():
    generator = torch.Generator().manual_seed(0)
    x = torch.rand(2, 1, 10, 8, generator=generator, dtype=torch.float64)
    physics = Blur(kernels.gaussian_blur(0.8).double(), "reflect", noise=GaussianNoise(0.5))
    return physics(x, rng=generator), physics, x


def contraction(factor=0.3):
    """A small network scaled down, so that proximal gradient steps with it contract."""
    denoiser = network()
    with torch.no_grad():
        for parameter in denoiser.parameters():
            parameter.mul_(factor)
    return PnP(denoiser)


@pytest.mark.parametrize("solver", [Picard(), AndersonMixing(), Broyden()], ids=lambda s: type(s).__name__)
@pytest.mark.parametrize("algorithm", [PGD(), ADMM(), DRS(), PDHG()], ids=lambda a: type(a).__name__)
def test_the_fixed_point_is_the_minimiser(algorithm, solver):
    p = lasso()
    model = DeepEquilibrium(algorithm, p.prior, forward_solver=FixedPoint(solver, 20000, 1e-10))
    with torch.no_grad():
        solution = model.solve(p.y, p.physics)
    assert bool(solution.converged.all())
    torch.testing.assert_close(solution.x, p.minimiser, rtol=0, atol=1e-6)


@pytest.mark.parametrize("algorithm", [PGD(), ADMM(), DRS(), PDHG()], ids=lambda a: type(a).__name__)
def test_implicit_gradient_is_the_unrolled_one_at_convergence(algorithm):
    p = lasso()
    truth = torch.ones_like(p.minimiser)
    unrolled = Unrolled(algorithm, Weighted(5.0), 700, learn=[Shared("weight")])
    implicit = DeepEquilibrium(algorithm, Weighted(5.0), ["weight"], forward_solver=TIGHT)
    found = []
    for model in (unrolled, implicit):
        y = p.y.clone().requires_grad_()
        x = model(y, p.physics)
        loss = (x - truth).square().sum()
        found.append((x, *torch.autograd.grad(loss, [model.learned.logarithms["weight"], y])))
    for a, b in zip(*found, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-7)
    assert float(found[0][1].abs()) > 1e-3


def test_implicit_gradient_of_a_network(blurred):
    y, physics, x = blurred
    unrolled = Unrolled(PGD(), contraction(), 400)
    implicit = DeepEquilibrium(PGD(), contraction(), forward_solver=TIGHT)
    found = [
        torch.autograd.grad((m(y, physics) - x).square().sum(), list(m.parameters())) for m in (unrolled, implicit)
    ]
    for a, b in zip(*found, strict=True):
        torch.testing.assert_close(b, a, rtol=1e-5, atol=1e-5 * float(a.abs().max()))


def test_cheaper_gradients_point_the_same_way_and_phantoms_come_closer(blurred):
    y, physics, x = blurred
    flat = []
    for rule in (Implicit(), JacobianFree(), Phantom(4, 0.8), Phantom(40, 0.8)):
        model = DeepEquilibrium(PGD(), contraction(1.0), forward_solver=TIGHT, gradient=rule)
        loss = (model(y, physics) - x).square().sum()
        flat.append(torch.cat([g.flatten() for g in torch.autograd.grad(loss, list(model.parameters()))]))
    exact, *others = flat
    assert all(float(torch.nn.functional.cosine_similarity(exact, g, dim=0)) > 0.9 for g in others)
    errors = [float((g - exact).norm() / exact.norm()) for g in others]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 1e-4


def test_total_variation_through_the_dual(blurred):
    y, physics, x = blurred
    y, x = y[:1], x[:1]
    model = DeepEquilibrium(PDHG(), TVPrior(0.3), ["weight"], forward_solver=FixedPoint(max_steps=5000, tol=1e-7))
    weight = model.learned.logarithms["weight"]

    def loss():
        return (model(y, physics) - x).square().sum()

    (gradient,) = torch.autograd.grad(loss(), [weight])
    sides = []
    for shift in (1e-3, -1e-3):
        with torch.no_grad():
            weight.add_(shift)
            sides.append(float(loss()))
            weight.sub_(shift)
    assert float(gradient) == pytest.approx((sides[0] - sides[1]) / 2e-3, rel=1e-3)


def test_samples_stop_on_their_own_and_do_not_meet(blurred):
    y, physics, _ = blurred
    model = DeepEquilibrium(PGD(), contraction())
    whole = model(y, physics)
    for index in range(2):
        torch.testing.assert_close(model(y[index : index + 1], physics)[0], whole[index], rtol=1e-4, atol=1e-5)


def test_what_has_no_fixed_point():
    changing = (FISTA(), SAGA(), SPDHG(), Restarted(Nesterov(PGD())), HQS(LogSchedule(0.2, 0.1, 8)))
    for algorithm in changing:
        with pytest.raises(CapabilityError, match="the same step every time"):
            DeepEquilibrium(algorithm, Tikhonov(1.0))
    assert Anderson(PGD()).is_stationary
    p = ridge()
    model = DeepEquilibrium(PGD(10.0), Tikhonov(1e-6), forward_solver=FixedPoint(Picard(), 500))
    with pytest.raises(ConvergenceError, match="sample 0 of 3 diverged at step"):
        model(p.y, p.physics)


def test_it_learns(blurred):
    y, physics, x = blurred
    model = DeepEquilibrium(PGD(), contraction(), ["step_size"])
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    losses = []
    for _ in range(15):
        loss = (model(y, physics) - x).square().mean()
        losses.append(float(loss.detach()))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert losses[-1] < 0.7 * losses[0]
    plain = Variational(PGD(), model.prior, max_steps=5, tol=None)
    assert plain(y, physics).shape == x.shape
