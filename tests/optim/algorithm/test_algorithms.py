import dataclasses
from functools import cache
from pathlib import Path

import pytest
import torch

import preimage.optim.algorithm
from preimage._tree import tree_map
from preimage.errors import ArgumentError, CapabilityError
from preimage.fidelity import likelihood
from preimage.functional import Smooth, Zero
from preimage.optim import (
    ADMM,
    BSREM,
    DRS,
    FISTA,
    GD,
    HQS,
    L2,
    MD,
    MLEM,
    OSEM,
    PDHG,
    PGD,
    PMD,
    SAGA,
    SART,
    SDMM,
    SIRT,
    SPDHG,
    Algorithm,
    BurgEntropy,
    CondatVu,
    LogSchedule,
    Tikhonov,
    TVPrior,
    Variational,
)
from preimage.optim.algorithm import GradientAlgorithm, MemorylessAlgorithm, PointAlgorithm, State
from preimage.optim.prior import Box
from preimage.physics import BlurFFT, Denoising, GaussianNoise, PoissonNoise, stack
from tests.example import LEVELS, Example, Y, deblurring
from tests.optim.problems import PROBLEMS, Lasso, Problem, Ridge, ridge

EXAMPLES = {
    **{kind: [Example(kind)] for kind in (ADMM, DRS, FISTA, GD, MD, PDHG, PGD, PMD)},
    HQS: [Example(lambda: HQS(0.01)), Example(lambda: HQS(LogSchedule(0.1, 0.01, 4)))],
    **{kind: [Example(kind, terms=lambda: several())] for kind in (SAGA, SPDHG)},
    **{kind: [Example(kind, terms=lambda: edges())] for kind in (CondatVu, SDMM)},
    **{kind: [Example(kind, terms=lambda: counts())] for kind in (MLEM, OSEM)},
    BSREM: [Example(BSREM, terms=lambda: counts()), Example(lambda: BSREM(decay=0.0), terms=lambda: counts())],
    **{kind: [Example(kind, terms=lambda: several())] for kind in (SIRT, SART)},
}


def several():
    """A data term that is a sum of two, and a quadratic prior."""
    physics = stack(deblurring(), Denoising(GaussianNoise(LEVELS)))
    return likelihood(physics, (Y, Y)), Tikhonov(LEVELS)


def edges():
    """The data term of a blur, and total variation."""
    return likelihood(deblurring(), Y), TVPrior(LEVELS)


def counts():
    """The data term of counts, and no prior."""
    physics = BlurFFT(torch.full((3, 3), 1 / 9), PoissonNoise(LEVELS))
    return likelihood(physics, Y), Zero()


ALGORITHMS = Path(preimage.optim.algorithm.__file__).parent

problem = cache(lambda name: PROBLEMS[name]())


def label(algorithm: Algorithm) -> str:
    """The name and what is not default, short."""
    default = vars(type(algorithm)(*[0.1] * (type(algorithm) is HQS)))
    given = [f"{k}={v}" for k, v in vars(algorithm).items() if isinstance(v, float) and v != default[k]]
    return type(algorithm).__name__ + (f"({', '.join(given)})" if given else "")


def distance(found: torch.Tensor, problem: Problem) -> float:
    return float((found - problem.minimiser).flatten(1).norm(dim=1).max())


SMOOTH_PLUS_PROX = [PGD(), FISTA(), ADMM(), DRS(), DRS(relaxation=1.5), PDHG(), PMD()]
POSITIVE = Box(0.0, None)
COUNTS = [MLEM(), PDHG(), PMD(potential=BurgEntropy()), MD(potential=BurgEntropy())]

# Every problem, and every algorithm that applies to it: steps are those it picks itself.
TABLE = {
    "ridge": [GD(), MD(), *SMOOTH_PLUS_PROX],
    "lasso": SMOOTH_PLUS_PROX,
    "box": SMOOTH_PLUS_PROX,
    "non-negative": SMOOTH_PLUS_PROX,
    "absolute deviations": [PDHG()],
    "stacked ridge": [GD(), MD(), SAGA(), SPDHG(), *SMOOTH_PLUS_PROX],
    "stacked lasso": [SAGA(), SPDHG(), *SMOOTH_PLUS_PROX],
    "total variation": [CondatVu(), CondatVu(relaxation=1.4), *SMOOTH_PLUS_PROX],
    "periodic": [SDMM(), SDMM(relaxation=1.0), PDHG(), CondatVu()],
    "fused": [PDHG(constraint=POSITIVE), CondatVu(constraint=POSITIVE), CondatVu(relaxation=1.4, constraint=POSITIVE)],
    "counts pixel by pixel": [PDHG(), PMD(potential=BurgEntropy()), ADMM(step_size=0.5), DRS(step_size=0.5)],
    "counts": [OSEM(), *COUNTS],
    "counts without background": COUNTS,
    "counts with energy": [MLEM(), OSEM(), BSREM(decay=0.0), PDHG()],
    "stacked counts": [SPDHG(), *COUNTS],
    "weighted": [SIRT(), SIRT(relaxation=1.9)],
    "consistent": [GD(), SIRT(), SART(), SAGA(), SPDHG(), PDHG()],
    "consistent counts": [MLEM(), OSEM(), BSREM(decay=0.0), SPDHG(), PDHG()],
}
PAIRS = [pytest.param(name, a, id=f"{name}-{label(a)}") for name, row in TABLE.items() for a in row]


@pytest.mark.parametrize(("name", "algorithm"), PAIRS)
def test_known_minimisers(name, algorithm):
    p = problem(name)
    solution = Variational(algorithm, p.prior, p.fidelity, max_steps=20000, tol=1e-7).solve(p.y, p.physics)
    assert distance(solution.x, p) < 1e-4
    assert bool(solution.converged.all())


def test_every_algorithm_is_in_the_table():
    tested = {type(algorithm) for row in TABLE.values() for algorithm in row} | {HQS}
    exported = {member for member in vars(preimage.optim.algorithm).values() if isinstance(member, type)}
    bases = {Algorithm, GradientAlgorithm, MemorylessAlgorithm, PointAlgorithm, State}
    assert tested == exported - bases
    assert set(TABLE) | {"phaseless"} == set(PROBLEMS)


@pytest.mark.parametrize("path", sorted(ALGORITHMS.rglob("[a-z]*.py")), ids=lambda path: path.stem)
def test_an_algorithm_reads_like_its_paper(path):
    assert path.stem in ("__init__", "base") or len(path.read_text(encoding="utf-8").splitlines()) <= 80


def test_a_nonlinear_problem_is_solved_up_to_its_sign():
    p = problem("phaseless")
    start = p.minimiser + 0.2 * torch.randn(p.minimiser.shape, generator=torch.Generator().manual_seed(0)).double()
    for algorithm in (GD(step_size=2e-4), FISTA(step_size=2e-4)):
        for sign in (1, -1):
            model = Variational(algorithm, init=lambda y, physics, s=sign: s * start, max_steps=2000, tol=1e-7)
            assert float((sign * model(p.y, p.physics) - p.minimiser).abs().max()) < 1e-4


def test_gradient_descent_on_ridge():
    p = problem("ridge")
    assert distance(Variational(GD(), p.prior, max_steps=2000, tol=1e-9)(p.y, p.physics), p) < 1e-6


def test_half_quadratic_splitting_reaches_the_minimiser_as_the_penalty_grows():
    p = problem("lasso")
    far, near = (
        distance(Variational(HQS(t), p.prior, max_steps=400, tol=None)(p.y, p.physics), p)
        for t in (0.1, LogSchedule(0.1, 1e-5, 400))
    )
    assert near < 0.1 * far
    assert near < 0.05


def test_half_quadratic_splitting_with_a_fixed_penalty_minimises_the_penalised_problem():
    r = ridge()
    found = Variational(HQS(0.1), r.prior, max_steps=300, tol=1e-12)(r.y, r.physics)
    # g's Moreau envelope with parameter t is weight / (1 + t weight) / 2 ||x||^2; x = prox_{t g}(v).
    weight = 2.0 / (1 + 0.1 * 2.0)
    v = Variational(GD(), Ridge(weight), max_steps=3000, tol=1e-12)(r.y, r.physics)
    torch.testing.assert_close(found, v / 1.2, rtol=0, atol=1e-8)


def test_acceleration_pays_at_equal_cost():
    p = problem("lasso")
    slow, fast = (
        distance(Variational(algorithm, p.prior, max_steps=60, tol=None)(p.y, p.physics), p)
        for algorithm in (PGD(), FISTA())
    )
    assert fast < 0.5 * slow


ON_LASSO = [pytest.param("lasso", a, id=f"lasso-{label(a)}") for a in SMOOTH_PLUS_PROX]
OTHERS = [
    pytest.param(n, TABLE[n][0], id=f"{n}-{label(TABLE[n][0])}") for n in ("total variation", "fused", "weighted")
]
SUMS = [("stacked lasso", SAGA()), ("stacked lasso", SPDHG()), ("consistent", SART()), ("consistent counts", OSEM())]
SUMS = [pytest.param(n, a, id=f"{n}-{label(a)}") for n, a in [*SUMS, ("total variation", CondatVu())]]


@pytest.mark.parametrize(("name", "algorithm"), [*ON_LASSO, *OTHERS, *SUMS])
def test_samples_are_independent(name, algorithm):
    p = problem(name)
    model = Variational(algorithm, p.prior, p.fidelity, max_steps=300, tol=1e-6)
    together = model.solve(p.y, p.physics)
    for index in range(3):
        alone = model.solve(tree_map(lambda leaf, i=index: leaf[i : i + 1], p.y), p.physics)
        torch.testing.assert_close(alone.x[0], together.x[index], rtol=0, atol=1e-9)
        assert abs(int(alone.steps) - int(together.steps[index])) <= 1


STEPPED = [("stacked ridge", a) for a in (GD(), MD(), SAGA(), SPDHG(), *SMOOTH_PLUS_PROX)]
STEPPED += [("total variation", CondatVu()), ("counts", PMD(potential=BurgEntropy()))]


@pytest.mark.parametrize(("name", "algorithm"), [pytest.param(n, a, id=f"{n}-{label(a)}") for n, a in STEPPED])
def test_one_step_size_per_sample_and_gradients_to_it(name, algorithm):
    p = problem(name)
    scale = 1e-4 if name == "counts" else 1e-3
    sizes = scale * torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    sizes.requires_grad_()
    model = Variational(dataclasses.replace(algorithm, step_size=sizes), p.prior, max_steps=5, tol=None)
    x = model(p.y, p.physics)
    single = dataclasses.replace(algorithm, step_size=2 * scale)
    alone = Variational(single, p.prior, max_steps=5, tol=None)(tree_map(lambda leaf: leaf[1:2], p.y), p.physics)
    torch.testing.assert_close(x[1:2], alone, rtol=1e-10, atol=1e-12)
    (gradient,) = torch.autograd.grad(x.sum(), sizes)
    assert bool(gradient.ne(0).all())


class Wiggle(Smooth):
    """Smooth, and nothing else."""

    def forward(self, x):
        return x.cos().flatten(1).sum(1)


def wiggle(physics, y):
    return Wiggle()


MISSING = [
    (GD(), "lasso", None, None, "prior must be Smooth for GD"),
    (MD(), "lasso", None, None, "prior must be Smooth for MD"),
    (ADMM(), "absolute deviations", None, None, "fidelity must be Proximable for ADMM"),
    (ADMM(), "lasso", None, Wiggle(), "prior must be Proximable for ADMM"),
    (DRS(), "lasso", wiggle, None, "fidelity must be Proximable for DRS"),
    (HQS(0.1), "lasso", wiggle, None, "fidelity must be Proximable for HQS"),
    (PGD(), "absolute deviations", None, None, "give step_size"),
    (FISTA(), "lasso", None, Wiggle(), "prior must be Proximable for FISTA"),
    (PDHG(), "lasso", wiggle, None, "fidelity must be LinearlyComposed for PDHG, got Wiggle"),
    (PDHG(), "lasso", None, Wiggle(), "prior must be Proximable for PDHG"),
    (PDHG(), "total variation", wiggle, None, "fidelity must be Proximable for PDHG"),
    (PDHG(constraint=POSITIVE), "lasso", None, None, "prior and the constraint must be LinearlyComposed or Zero"),
    (PDHG(constraint=Wiggle()), "fused", None, None, "constraint must be Proximable for PDHG"),
    (CondatVu(), "lasso", None, None, "prior must be LinearlyComposed for CondatVu"),
    (CondatVu(), "total variation", wiggle, None, "`step_size` of CondatVu must be given"),
    (CondatVu(constraint=Wiggle()), "total variation", None, None, "constraint must be Proximable for CondatVu"),
    (PMD(), "lasso", None, Wiggle(), "prior must be Proximable for PMD"),
    (PMD(), "counts without background", None, None, "no smoothness relative to BregmanL2"),
    (PMD(potential=BurgEntropy()), "counts", None, Box(), "prior must be linear on positive images for BurgEntropy"),
    (MLEM(), "ridge", None, None, "likelihood of a linear physics with PoissonNoise for MLEM"),
    (MLEM(), "counts", None, Lasso(1.0), "prior must be Smooth for MLEM"),
    (OSEM(), "stacked ridge", None, None, "likelihood of a linear physics with PoissonNoise for OSEM"),
    (SIRT(), "lasso", wiggle, None, "likelihood of a linear physics for SIRT"),
    (SIRT(), "ridge", None, Wiggle(), "prior must be Proximable for SIRT"),
    (SART(), "lasso", wiggle, None, "likelihood of a linear physics for SART"),
    (SAGA(), "lasso", None, None, "fidelity must be a sum of terms for SAGA"),
    (SAGA(), "consistent counts", None, None, "give step_size"),
    (SPDHG(), "lasso", None, None, "fidelity must be a sum of terms for SPDHG"),
]


@pytest.mark.parametrize(("algorithm", "name", "fidelity", "prior", "message"), MISSING)
def test_a_missing_capability_is_named(algorithm, name, fidelity, prior, message):
    p = problem(name)
    model = Variational(algorithm, prior or p.prior, fidelity or p.fidelity, max_steps=1)
    with pytest.raises(CapabilityError, match=message):
        model(p.y, p.physics)


def test_what_follows_from_the_problem_must_have_been_prepared():
    p = problem("lasso")
    with pytest.raises(ArgumentError, match="prepare"):
        PGD().step(L2(p.physics, p.y), p.prior, PGD().init(p.minimiser))


def test_a_step_size_too_long_says_that_it_diverged():
    p = problem("ridge")
    solution = Variational(GD(step_size=10.0), p.prior, max_steps=2000, tol=1e-9).solve(p.y, p.physics)
    assert all(reason.kind == "diverged" for reason in solution.reason)
    assert bool(solution.x.isfinite().all())


def test_one_step_of_proximal_gradient_solves_denoising():
    y = torch.randn(2, 1, 4, 4, generator=torch.Generator().manual_seed(0))
    x = Variational(PGD(), Lasso(2.0), max_steps=1, tol=None)(y, Denoising(GaussianNoise(0.5)))
    torch.testing.assert_close(x, y.sign() * (y.abs() - 0.5).clamp_min(0))


def test_no_prior_and_no_data_are_zero():
    zero, x = Zero(), torch.ones(2, 1, 3, 3)
    assert zero(x).tolist() == [0, 0]
    assert zero.grad(x).count_nonzero() == 0
    assert zero.prox(x, 0.1) is x
