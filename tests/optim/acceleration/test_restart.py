from functools import cache

import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.optim import (
    ADMM,
    FISTA,
    L2,
    PGD,
    EverySteps,
    GradientRestart,
    L1Prior,
    Nesterov,
    ObjectiveRestart,
    PnP,
    Restarted,
    Variational,
)
from preimage.optim.prior import Box
from preimage.physics import GaussianNoise, Inpainting
from tests.example import Example, Mirror
from tests.optim.problems import PROBLEMS

EXAMPLES = {
    Restarted: [Example(lambda: Restarted(Nesterov(PGD())))],
}


problem = cache(lambda name: PROBLEMS[name]())

RULES = [GradientRestart(), ObjectiveRestart(), EverySteps(120)]
PIXELS = 40


def ill_conditioned(*conditions: float):
    """``||diag(s) x - s||^2 / 2``, whose minimiser is one everywhere; a condition number of the Hessian per sample."""
    s = torch.stack([torch.logspace(0, -0.5 * float(torch.tensor(c).log10()), PIXELS).double() for c in conditions])
    physics = Inpainting(s[:, None, None], GaussianNoise(1.0))
    return physics, s[:, None, None], torch.zeros(len(conditions), 1, 1, PIXELS, dtype=torch.float64)


def errors(algorithm, physics, y, x0, steps: int) -> torch.Tensor:
    """The distance from the minimiser after each step, (steps, B)."""
    trace = []
    note = [lambda _, state: trace.append((state.x - 1).flatten(1).norm(dim=1))]
    model = Variational(algorithm, init=lambda *_: x0, max_steps=steps, tol=None)
    model.solve(y, physics, note)
    return torch.stack(trace)


@cache
def plain_errors() -> torch.Tensor:
    return errors(FISTA(), *ill_conditioned(1e3), 1200)[:, 0]


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_the_rate_is_linear_where_plain_momentum_ripples(rule):
    plain, restarted = plain_errors(), errors(Restarted(FISTA(), rule), *ill_conditioned(1e3), 1200)[:, 0]
    assert int((plain.diff() > 0).sum()) > 100  # the error of plain momentum rises again and again
    assert float(restarted[-1]) < 1e-6 * float(plain[-1])
    # As many steps again gain as much again: four stretches of 300 steps, each a factor of at least 50.
    assert bool((restarted[599::300] < restarted[299:-1:300] / 50).all())


def test_every_n_steps_is_n_steps_again_and_again():
    p = problem("lasso")
    f = L2(p.physics, p.y, 0.5)
    plain = FISTA().prepare(f, p.prior, p.minimiser)
    x = torch.zeros_like(p.minimiser)
    for _ in range(3):
        state = plain.init(x)
        for _ in range(7):
            state = plain.step(f, p.prior, state)
        x = state.x
    model = Variational(
        Restarted(FISTA(), EverySteps(7)), p.prior, init=lambda *_: torch.zeros_like(x), max_steps=21, tol=None
    )
    assert torch.equal(model(p.y, p.physics), x)


def test_the_sample_that_is_due_restarts_and_the_others_do_not():
    physics, y, x0 = ill_conditioned(10.0, 100.0)
    f = L2(physics, y)
    prior = L1Prior(1e-9)
    algorithm = Restarted(FISTA()).prepare(f, prior, x0)
    state, restarted_at = algorithm.init(x0), [[], []]
    for number in range(200):
        state = algorithm.step(f, prior, state)
        for index in (0, 1):
            if float(state.inner.a[index]) == 1.0:
                restarted_at[index].append(number)
                assert torch.equal(state.inner.z[index], state.x[index])
    assert state.k == 200
    assert restarted_at[0][0] < restarted_at[1][0]
    assert set(restarted_at[0]) - set(restarted_at[1])


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_samples_are_independent(rule):
    physics, y, x0 = ill_conditioned(10.0, 1e2, 1e3)
    together = errors(Restarted(Nesterov(PGD()), rule), physics, y, x0, 150)
    for index in range(3):
        part = slice(index, index + 1)
        alone = errors(
            Restarted(Nesterov(PGD()), rule), physics.replace(mask=physics.mask[part]), y[part], x0[part], 150
        )
        torch.testing.assert_close(alone[:, 0], together[:, index], rtol=1e-9, atol=1e-13)


def test_the_objective_never_rises_twice_in_a_row():
    p = problem("lasso")
    model = Variational(Restarted(FISTA(), ObjectiveRestart()), p.prior, max_steps=150, tol=None)
    rises = model.solve(p.y, p.physics, trace=True).history.series["objective"].diff(dim=0) > 1e-9
    assert not bool((rises[1:] & rises[:-1]).any())


def test_a_rule_that_does_not_apply_is_refused():
    with pytest.raises(CapabilityError, match="PointAlgorithm"):
        Restarted(ADMM())
    with pytest.raises(ArgumentError, match="steps"):
        EverySteps(0)
    p = problem("lasso")
    with pytest.raises(CapabilityError, match="value"):
        Variational(Restarted(FISTA(), ObjectiveRestart()), PnP(Mirror()))(p.y, p.physics)


def test_an_algorithm_without_a_point_restarts_by_count():
    p = problem("box")
    model = Variational(Restarted(ADMM(), EverySteps(200)), Box(0.0, 0.5), max_steps=400, tol=1e-9)
    torch.testing.assert_close(model(p.y, p.physics), p.minimiser, rtol=0, atol=1e-6)
