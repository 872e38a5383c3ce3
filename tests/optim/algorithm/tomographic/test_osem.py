import torch

from preimage.fidelity import likelihood
from preimage.functional import Zero
from preimage.optim import MLEM, OSEM, Variational
from preimage.physics import PoissonNoise
from tests.optim.problems import consistent, counts


def after(algorithm, p, steps):
    return Variational(algorithm, p.prior, max_steps=steps, tol=None)(p.y, p.physics)


def test_one_pass_is_one_em_step_for_each_subset():
    p = consistent(PoissonNoise(0.1))
    x = torch.ones_like(p.minimiser)
    f = likelihood(p.physics, p.y)
    algorithm = OSEM().prepare(f, Zero(), x)
    found = algorithm.step(f, Zero(), algorithm.init(x)).x
    for sensor, y in zip(p.physics.operators, p.y, strict=True):
        matrix, flat = sensor.matrix, x.flatten(1)
        x = (flat / matrix.sum(0) * ((y / (flat @ matrix.mT)) @ matrix))[:, None, None, :]
    torch.testing.assert_close(found, x)


def test_one_subset_is_mlem():
    p = counts(0.1, 30.0)
    torch.testing.assert_close(after(OSEM(), p, 10), after(MLEM(), p, 10))


def test_subsets_are_ahead_of_mlem_at_equal_cost():
    p = consistent(PoissonNoise(0.1))
    fast, slow = ((after(a, p, 100) - p.minimiser).norm() for a in (OSEM(), MLEM()))
    assert fast < 0.5 * slow
