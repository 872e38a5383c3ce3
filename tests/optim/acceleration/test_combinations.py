"""Parts inside parts, on problems whose minimisers are known."""

from functools import cache

import pytest
import torch

from preimage.optim import (
    ADMM,
    FISTA,
    GD,
    PGD,
    Anderson,
    Backtracking,
    EverySteps,
    Nesterov,
    ObjectiveRestart,
    Preconditioned,
    Restarted,
    Variational,
)
from preimage.optim.prior import Box, L1Prior, Tikhonov
from tests.optim.problems import PROBLEMS

problem = cache(lambda name: PROBLEMS[name]())

DIAGONAL = torch.linspace(0.5, 1.0, 8, dtype=torch.float64)[None]
PRIORS = {"ridge": Tikhonov(2.0), "lasso": L1Prior(15.0), "box": Box(0.0, 0.5)}
COMBINATIONS = [
    Restarted(Nesterov(Backtracking(PGD()))),
    Restarted(Nesterov(Backtracking(PGD(), grow=1.2)), EverySteps(25)),
    Restarted(Backtracking(FISTA()), ObjectiveRestart()),
    Anderson(Backtracking(PGD())),
    Anderson(Nesterov(PGD())),
    Restarted(Anderson(PGD()), EverySteps(40)),
    Preconditioned(Restarted(Nesterov(Backtracking(PGD()))), DIAGONAL),
    Preconditioned(Anderson(ADMM()), DIAGONAL),
    Preconditioned(Anderson(PGD()), DIAGONAL),
]


@pytest.mark.parametrize("algorithm", COMBINATIONS, ids=range(len(COMBINATIONS)))
@pytest.mark.parametrize("name", PRIORS)
def test_known_minimisers(algorithm, name):
    p = problem(name)
    solution = Variational(algorithm, PRIORS[name], max_steps=3000, tol=1e-9).solve(p.y, p.physics, trace=True)
    torch.testing.assert_close(solution.x, p.minimiser, rtol=0, atol=1e-5)
    assert bool(solution.converged.all())
    sizes = solution.history.series["step_size"]
    assert bool((sizes[sizes.isfinite()] > 0).all())


@pytest.mark.parametrize("algorithm", [COMBINATIONS[0], COMBINATIONS[6], COMBINATIONS[8]], ids=range(3))
def test_samples_are_independent(algorithm):
    p = problem("lasso")
    model = Variational(algorithm, PRIORS["lasso"], max_steps=2000, tol=1e-7)
    together = model.solve(p.y, p.physics)
    for index in range(3):
        alone = model.solve(p.y[index : index + 1], p.physics)
        torch.testing.assert_close(alone.x[0], together.x[index], rtol=0, atol=1e-7)


def test_every_part_pays():
    p = problem("ridge")

    def steps(algorithm) -> int:
        return int(Variational(algorithm, p.prior, max_steps=5000, tol=1e-9).solve(p.y, p.physics).steps.max())

    plain = steps(GD())
    assert steps(Restarted(Nesterov(GD()))) < plain / 2
    assert steps(Backtracking(GD(), grow=1.5)) < plain / 2
    assert steps(Anderson(GD())) < plain / 5
