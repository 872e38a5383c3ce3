import numpy as np
import pytest
import scipy.optimize
import torch

from preimage.denoisers import TVDenoiser
from preimage.errors import ArgumentError, CapabilityError, ShapeError
from preimage.optim import (
    GCV,
    PDHG,
    PGD,
    SURE,
    DiscrepancyPrinciple,
    L1Prior,
    LCurve,
    PnP,
    Tikhonov,
    Variational,
    WeightRange,
    Whiteness,
    choose_weight,
)
from preimage.optim.weight.divergence import draw_shifts
from preimage.optim.weight.spline import Spline
from preimage.optim.weight.whiteness import _energy
from preimage.physics import BlurFFT, Denoising, GaussianNoise, Inpainting, LaplaceNoise, PoissonNoise, stack
from tests.optim.problems import Dense
from tests.optim.weight.linear import MODEL, linear, random

COVERS = [
    "preimage.optim.weight.discrepancy_principle",
    "preimage.optim.weight.divergence",
    "preimage.optim.weight.gcv",
    "preimage.optim.weight.l_curve",
    "preimage.optim.weight.spline",
    "preimage.optim.weight.sure",
    "preimage.optim.weight.whiteness",
]

ACCURACY = 1e-3


def generator():
    return torch.Generator().manual_seed(7)


def log_minimum(score, low=-12.0, high=12.0):
    """The minimiser's logarithm: the best of a fine grid, polished by scipy."""
    grid = np.linspace(low, high, 400)
    best = grid[np.argmin([score(np.exp(t)) for t in grid])]
    return scipy.optimize.minimize_scalar(
        lambda t: score(np.exp(t)), bounds=(best - 0.1, best + 0.1), method="bounded", options={"xatol": 1e-8}
    ).x


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_discrepancy_principle_finds_the_root(seed):
    problem = linear(seed, diagonal=False)
    root = scipy.optimize.brentq(lambda t: problem.discrepancy(np.exp(t)) - 1, -15, 15)
    choice = choose_weight(MODEL, problem.y, problem.physics, DiscrepancyPrinciple(), WeightRange(tol=ACCURACY))
    assert abs(np.log(choice.weight.item()) - root) < ACCURACY
    assert choice.why == ("discrepancy 1",)
    wanted = problem.estimate(choice.weight.item())
    np.testing.assert_allclose(choice.x.flatten().numpy(), wanted, rtol=1e-7)
    for weight, value in zip(choice.weights[:, 0].tolist(), choice.values[:, 0].tolist(), strict=True):
        assert value == pytest.approx(problem.discrepancy(weight), rel=1e-9)
    assert len(choice.weights) < 22  # the bracket is closed by interpolation: bisection from 0.92 would take ten more


def test_discrepancy_principle_with_a_factor():
    problem = linear(0, diagonal=False)
    root = scipy.optimize.brentq(lambda t: problem.discrepancy(np.exp(t)) - 1.2, -15, 15)
    choice = choose_weight(MODEL, problem.y, problem.physics, DiscrepancyPrinciple(1.2), WeightRange(tol=ACCURACY))
    assert abs(np.log(choice.weight.item()) - root) < ACCURACY


def test_discrepancy_principle_for_counts():
    physics = Denoising(PoissonNoise(gain=0.05))
    y = physics(random(1, 1, 8, 8, low=0.4).double(), rng=generator())

    def excess(t):  # the minimiser of nll + w/2 x^2 solves 1/gain - (y/gain)/x + w x = 0, and then the deviance
        w, n = np.exp(t), y.numpy() / 0.05
        x = (-20 + np.sqrt(400 + 4 * w * n)) / (2 * w)
        rate = x / 0.05
        terms = rate - n + np.where(n > 0, n * np.log(np.where(n > 0, n, 1) / rate), 0)
        return 2 * terms.mean() - 1

    root = scipy.optimize.brentq(excess, -8, 8)
    choice = choose_weight(MODEL, y, physics, DiscrepancyPrinciple(), WeightRange(low=1e-3, high=1e3, tol=ACCURACY))
    assert abs(np.log(choice.weight.item()) - root) < ACCURACY


@pytest.mark.parametrize(
    ("noise", "blurred"),
    [(GaussianNoise(0.05), True), (PoissonNoise(0.01), False), (PoissonNoise(0.01, 0.05), False)],
    ids=repr,
)
def test_discrepancy_principle_behind_a_mask(noise, blurred):
    generator = torch.Generator().manual_seed(0)
    mask = (torch.rand(1, 1, 12, 12, generator=generator) > 0.5).double()
    operator = Inpainting(mask) @ BlurFFT(torch.ones(3, 3) / 9) if blurred else Inpainting(mask)
    physics = operator.replace(noise=noise)
    x = 0.3 + 0.4 * torch.rand(1, 1, 12, 12, generator=generator).double()
    y = mask * physics(x, generator)
    model = Variational(PDHG(), Tikhonov(1.0), max_steps=300, tol=1e-5)
    choice = choose_weight(
        model, y, physics, DiscrepancyPrinciple(), WeightRange(low=0.1, high=1e3, points=5, tol=0.05)
    )
    z, level = physics.A(choice.x), noise.fields()
    seen = mask > 0
    if isinstance(noise, GaussianNoise):
        terms = (z - y)[seen].square() / level["sigma"] ** 2
    else:
        w, counts = (z[seen] + level["background"]) / level["gain"], y[seen] / level["gain"]
        terms = 2 * (w - counts + torch.xlogy(counts, counts / w))
    assert choice.why == ("discrepancy 1",)
    assert terms.mean().item() == pytest.approx(1, abs=0.05)


def test_gcv_of_counts_says_what_to_do():
    y = torch.zeros(1, 1, 8, 8)
    y[..., 2:5, 2:5] = 1
    with pytest.raises(CapabilityError, match="defined for small changes of the measurement for GCV"):
        choose_weight(
            Variational(PDHG(), Tikhonov(1.0)), y, Denoising(PoissonNoise(0.1)), GCV(), WeightRange(low=0.1, high=1.0)
        )


@pytest.mark.parametrize(("criterion", "name"), [(SURE(), "sure"), (GCV(), "gcv")])
@pytest.mark.parametrize("seed", [0, 2])
def test_risk_of_a_diagonal_problem_is_exact(criterion, name, seed):
    problem = linear(seed, diagonal=True)
    score = {"sure": problem.sure, "gcv": problem.gcv}[name]
    choice = choose_weight(
        MODEL, problem.y, problem.physics, criterion, WeightRange(tol=ACCURACY, points=25), rng=generator()
    )
    for weight, value in zip(choice.weights[:, 0].tolist(), choice.values[:, 0].tolist(), strict=True):
        assert value == pytest.approx(score(weight), rel=1e-6, abs=1e-9)
    assert abs(np.log(choice.weight.item()) - log_minimum(score)) < ACCURACY


@pytest.mark.parametrize(("criterion", "name"), [(SURE(probes=2), "sure"), (GCV(probes=2), "gcv")])
def test_risk_of_a_dense_problem_along_the_same_signs(criterion, name):
    problem = linear(0, diagonal=False)
    signs = [shift[0].sign().numpy() for shift in draw_shifts(problem.y, 1e-2, 2, generator())]
    choice = choose_weight(MODEL, problem.y, problem.physics, criterion, WeightRange(tol=ACCURACY), rng=generator())
    for weight, value in zip(choice.weights[:, 0].tolist(), choice.values[:, 0].tolist(), strict=True):
        trace = np.mean([b @ problem.hat(weight) @ b for b in signs])
        score = {"sure": problem.sure, "gcv": problem.gcv}[name]
        assert value == pytest.approx(score(weight, trace), rel=1e-6, abs=1e-9)


def test_sure_of_soft_thresholding_counts_what_is_above():
    """Donoho & Johnstone 1995: ``sum min(|y|, t)^2 / sigma^2 - m + 2 #{|y| > t}``, here after many steps."""
    physics = Denoising(GaussianNoise(0.1))
    y = physics((random(1, 1, 16, 16) > 0.8).double(), rng=generator())
    model = Variational(PGD(0.007), L1Prior(), max_steps=2000, tol=1e-9)
    choice = choose_weight(model, y, physics, SURE(epsilon=1e-7), rng=generator())

    def risk(t):
        return (y.abs().clamp_max(t).square().sum() / 0.01 - 256 + 2 * (y.abs() > t).sum()).item() / 256

    for weight, value in zip(choice.weights[:, 0].tolist(), choice.values[:, 0].tolist(), strict=True):
        assert value == pytest.approx(risk(0.01 * weight), abs=1e-5)
    assert risk(0.01 * choice.weight.item()) < min(risk(t) for t in np.geomspace(1e-3, 1, 200)) + 0.01


def test_divergence_is_unbiased():
    """The mean over probes of b^T H b is the trace, to within three standard errors."""
    problem = linear(1, diagonal=False)
    probes = 30
    choice = choose_weight(
        MODEL,
        problem.y,
        problem.physics,
        SURE(probes),
        WeightRange(low=0.01, high=10.0, points=3, tol=9.0),
        rng=generator(),
    )
    weight = choice.weights[1, 0].item()
    hat = problem.hat(weight)
    deviation = np.sqrt(2 * (np.sum(hat**2) - np.sum(np.diag(hat) ** 2)) / probes)
    found = choice.series["divergence"][1, 0].item() * 36
    assert 0 < abs(found - np.trace(hat)) < 3 * deviation


def test_sure_is_the_prediction_risk_on_average():
    """Over many noises, for fixed weights: the mean of SURE is the mean squared error of A x_hat over sigma^2."""
    problem = linear(3, diagonal=True)
    truth = torch.randn(1, 1, 1, 30, generator=generator(), dtype=torch.float64).expand(1000, -1, -1, -1)
    y = problem.physics(truth, rng=generator())
    choice = choose_weight(
        MODEL, y, problem.physics, SURE(), WeightRange(low=0.1, high=10.0, points=3, tol=9.0), rng=generator()
    )
    for row in range(3):
        hat = problem.hat(choice.weights[row, 0].item())
        clean = (truth[0].flatten(1) @ problem.physics.matrix.mT).numpy()[0]
        risk = (np.sum((hat @ clean - clean) ** 2) / 0.01 + np.sum(hat**2)) / 30
        values = choice.values[row]
        assert abs(values.mean().item() - risk) < 3 * values.std().item() / 1000**0.5


def test_stacked_sensors_with_their_own_levels():
    first, second = linear(0, diagonal=True, sigma=0.1), linear(1, diagonal=True, sigma=0.4)
    physics = stack(first.physics, second.physics)
    y = physics(torch.ones(1, 1, 1, 30, dtype=torch.float64), rng=generator())
    whitened = np.concatenate([p.physics.matrix.numpy() / p.sigma for p in (first, second)])
    data = np.concatenate([part[0].numpy() / sigma for part, sigma in zip(y, (0.1, 0.4), strict=True)])
    choice = choose_weight(MODEL, y, physics, SURE(), rng=generator())
    gcv = choose_weight(MODEL, y, physics, GCV(), rng=generator())
    discrepancy = choose_weight(MODEL, y, physics, DiscrepancyPrinciple(), WeightRange(tol=ACCURACY))

    def hat(weight):
        return whitened @ np.linalg.solve(whitened.T @ whitened + weight * np.eye(30), whitened.T)

    def misfit(weight):
        return np.sum((hat(weight) @ data - data) ** 2)

    b = np.concatenate([shift.sign().numpy()[0] for shift in draw_shifts(y, 1.0, 1, generator())[0]])
    e = np.concatenate([shift.abs().numpy()[0] for shift in draw_shifts(y, 1.0, 1, generator())[0]])
    e = e / np.repeat([0.1, 0.4], 30)
    for weight, value, free in zip(
        choice.weights[:, 0], choice.values[:, 0], choice.series["divergence"][:, 0], strict=True
    ):
        assert value.item() == pytest.approx(misfit(weight.item()) / 60 - 1 + 2 * free.item(), rel=1e-6)
        # In units of each sensor's noise the change is e b, one e per sensor; off the diagonal the two meet.
        assert free.item() == pytest.approx((b / e) @ hat(weight.item()) @ (e * b) / 60, rel=1e-6)
    for weight, value, free in zip(
        gcv.weights[:, 0], gcv.values[:, 0], 1 - gcv.series["divergence"][:, 0], strict=True
    ):
        assert value.item() == pytest.approx(misfit(weight.item()) / 60 / free.item() ** 2, rel=1e-6)
    root = scipy.optimize.brentq(lambda t: misfit(np.exp(t)) / 60 - 1, -12, 12)
    assert abs(np.log(discrepancy.weight.item()) - root) < ACCURACY


def test_complex_measurements_count_twice():
    matrix = torch.complex(random(9, 6, seed=1), random(9, 6, seed=2)).to(torch.complex128)
    physics = Dense(matrix, GaussianNoise(0.3))
    y = physics(torch.complex(random(1, 1, 1, 6, seed=3), random(1, 1, 1, 6, seed=4)).to(matrix), rng=generator())
    model = Variational(MODEL.algorithm, MODEL.prior, init=lambda y, physics: physics.A_adjoint(y), tol=1e-9)
    choice = choose_weight(model, y, physics, SURE(), rng=generator())
    (shift,) = draw_shifts(y, 1.0, 1, generator())
    b, data, a = torch.sgn(shift.real).numpy()[0] + 1j * torch.sgn(shift.imag).numpy()[0], y[0].numpy(), matrix.numpy()
    for weight, value in zip(choice.weights[:, 0].tolist(), choice.values[:, 0].tolist(), strict=True):
        hat = a @ np.linalg.solve(a.conj().T @ a + weight * 0.09 * np.eye(6), a.conj().T)
        misfit, trace = np.sum(np.abs(hat @ data - data) ** 2) / 0.09, (b.conj() @ hat @ b).real
        assert value == pytest.approx((misfit - 18 + 2 * trace) / 18, rel=1e-6)


def test_l_curve_finds_the_corner_of_an_ill_posed_problem():
    generator = torch.Generator().manual_seed(0)
    matrix = torch.diag(10.0 ** -torch.arange(0, 8, 0.4, dtype=torch.float64))
    physics = Dense(matrix, GaussianNoise(1e-3))
    y = physics(torch.ones(1, 1, 1, 20, dtype=torch.float64), rng=generator)
    s, data = matrix.diagonal().numpy(), y[0].numpy()

    def curvature(t):  # of (log ||A x - y||^2, log ||x||^2 / 2), by central differences of the closed forms
        step = 1e-3
        beta = np.exp(np.array([t - step, t, t + step]))[:, None] * 1e-6
        r = np.log(np.sum((beta / (s**2 + beta) * data) ** 2, 1))
        p = np.log(np.sum((s / (s**2 + beta) * data) ** 2, 1) / 2)
        r1, p1, r2, p2 = *((v[2] - v[0]) / 2 / step for v in (r, p)), *(np.diff(v, 2)[0] / step**2 for v in (r, p))
        return (r1 * p2 - r2 * p1) / (r1**2 + p1**2) ** 1.5

    choice = choose_weight(MODEL, y, physics, LCurve(), WeightRange(low=1e-3, high=1e6, points=80))
    grid = np.linspace(np.log(1e-2), np.log(1e5), 1000)
    wanted = [curvature(t) for t in grid]
    assert abs(np.log(choice.weight.item()) - grid[np.argmax(wanted)]) < 0.05
    assert float(choice.why[0].split()[1]) == pytest.approx(max(wanted), rel=0.05)


def test_spline_is_scipy_s():
    knots = torch.tensor([0.0, 1.0, 1.5, 3.0, 4.0], dtype=torch.float64)
    values = torch.tensor([1.0, -1.0, 0.5, 2.0, 0.0], dtype=torch.float64)
    theirs = scipy.interpolate.CubicSpline(knots.numpy(), values.numpy(), bc_type="natural")
    t = torch.linspace(0, 4, 41, dtype=torch.float64)
    for order, found in enumerate(Spline.through(knots, values)(t)):
        np.testing.assert_allclose(found.numpy(), theirs(t.numpy(), order), atol=1e-12)


@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_whiteness_is_the_energy_of_the_autocorrelation(dtype):
    r = torch.complex(random(2, 3, 4, 5).double() - 0.4, random(2, 3, 4, 5, seed=1).double()).to(torch.complex128)
    r = r if dtype.is_complex else r.real
    lags = [(i, j) for i in range(4) for j in range(5)]
    autocorrelation = torch.stack([(r.conj() * r.roll(lag, (2, 3))).sum((2, 3)) for lag in lags])
    wanted = autocorrelation[1:].abs().square().sum(0) / autocorrelation[0].abs().square()
    torch.testing.assert_close(_energy(r), wanted)
    assert _energy(torch.zeros(1, 1, 4, 4)).item() == 0


def test_whiteness_of_white_noise_is_one():
    noise = torch.randn(1, 1, 256, 256, generator=generator(), dtype=torch.float64)
    assert _energy(noise).item() == pytest.approx(1, abs=0.03)  # four standard deviations of 2 sqrt(5 / 65536) / 2
    assert _energy(torch.nn.functional.avg_pool2d(noise, 3, 1)).item() > 2


@pytest.mark.parametrize("criterion", [DiscrepancyPrinciple(), SURE()])
@pytest.mark.parametrize("noise", [None, LaplaceNoise(0.1)])
def test_an_unknown_level_is_refused_with_advice(criterion, noise):
    with pytest.raises(CapabilityError, match="GCV or Whiteness"):
        choose_weight(MODEL, torch.rand(1, 1, 4, 4), Denoising(noise), criterion)


def test_sure_is_not_for_counts():
    with pytest.raises(CapabilityError, match="must be Gaussian for SURE, got PoissonNoise"):
        choose_weight(MODEL, torch.rand(1, 1, 4, 4), Denoising(PoissonNoise(0.1)), SURE())


def test_arguments_of_the_criteria():
    for criterion in (SURE, GCV):
        with pytest.raises(ArgumentError, match="`probes`"):
            criterion(probes=0)
        with pytest.raises(ArgumentError, match="`epsilon`"):
            criterion(epsilon=0.0)
    plug_and_play = Variational(MODEL.algorithm, PnP(TVDenoiser()))
    with pytest.raises(CapabilityError, match="value for LCurve"):
        choose_weight(plug_and_play, torch.rand(1, 1, 4, 4), Denoising(), LCurve(), WeightRange(low=0.1, high=1.0))
    problem = linear(0, diagonal=True)
    with pytest.raises(ShapeError, match="must be images"):
        choose_weight(MODEL, problem.y, problem.physics, Whiteness())
    with pytest.raises(ArgumentError, match="`points` must leave"):
        choose_weight(MODEL, problem.y, problem.physics, LCurve(), WeightRange(points=4))
