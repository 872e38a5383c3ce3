import torch

from preimage.fidelity import likelihood
from preimage.functional import Zero
from preimage.optim import SART, SIRT, Variational
from preimage.physics import GaussianNoise
from tests.optim.problems import consistent, weighted


def test_one_row_for_each_block_is_the_method_of_kaczmarz_weighted():
    # With a single row a, C A^H R (y - a x) = C a (y - a x) / sum(a), and C is one over the entries of a.
    p = consistent(GaussianNoise(1.0), sensors=12)
    f, x = likelihood(p.physics, p.y), torch.zeros_like(p.minimiser)
    algorithm = SART().prepare(f, Zero(), x)
    found = algorithm.step(f, Zero(), algorithm.init(x)).x
    flat = x.flatten(1)
    for sensor, y in zip(p.physics.operators, p.y, strict=True):
        row = sensor.matrix[0]
        flat = flat + (y - (flat @ row)[:, None]) / row.sum()
    torch.testing.assert_close(found.flatten(1), flat)


def test_one_block_is_sirt():
    p = weighted()
    found = [Variational(a(1.3), p.prior, max_steps=10, tol=None)(p.y, p.physics) for a in (SART, SIRT)]
    torch.testing.assert_close(found[0], found[1])


def test_blocks_are_ahead_of_sirt_at_equal_cost():
    p = consistent(GaussianNoise(1.0))
    fast, slow = (
        (Variational(a, max_steps=40, tol=None)(p.y, p.physics) - p.minimiser).norm() for a in (SART(), SIRT())
    )
    assert fast < 0.7 * slow
