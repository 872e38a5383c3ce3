import torch

from preimage.fidelity import likelihood
from preimage.optim import SAGA, Variational
from preimage.optim.algorithm.subsets import draw_term
from tests.optim.problems import ridge, stacked


def test_one_step_is_the_formula():
    p = stacked(ridge)
    f, x = likelihood(p.physics, p.y), torch.zeros_like(p.minimiser)
    algorithm = SAGA(seed=3).prepare(f, p.prior, x)
    first = algorithm.step(f, p.prior, algorithm.init(x))
    second = algorithm.step(f, p.prior, first)
    matrices = [sensor.matrix for sensor in p.physics.operators]
    slopes = [4 * (-y @ a) for a, y in zip(matrices, p.y, strict=True)]
    t = torch.as_tensor(algorithm.step_size)[:, None]
    flat = -t * sum(slopes) / (1 + 2 * t)
    torch.testing.assert_close(first.x.flatten(1), flat)
    j = draw_term(3, 1, 3)
    new = 4 * (flat @ matrices[j].mT - p.y[j]) @ matrices[j]
    expected = (flat - t * (3 * (new - slopes[j]) + sum(slopes))) / (1 + 2 * t)
    torch.testing.assert_close(second.x.flatten(1), expected)
    torch.testing.assert_close(second.total, torch.stack(second.table).sum(0))


def test_the_default_step_is_a_third_of_the_steepest_term():
    p = stacked(ridge)
    f = likelihood(p.physics, p.y)
    steepest = max(4 * torch.linalg.matrix_norm(a.matrix, 2) ** 2 for a in p.physics.operators)
    t = torch.as_tensor(SAGA().prepare(f, p.prior, p.minimiser).step_size)
    torch.testing.assert_close(t, (1 / (9 * steepest)).expand(3), rtol=1e-3, atol=0)


def test_the_order_is_a_function_of_seed_and_step():
    draws = [[draw_term(seed, k, 4) for k in range(400)] for seed in (0, 1)]
    assert draws[0] == [draw_term(0, k, 4) for k in range(400)]
    assert draws[0] != draws[1]
    counts = torch.bincount(torch.tensor(draws[0]), minlength=4)
    assert int(counts.min()) > 70
    p = stacked(ridge)
    before = torch.random.get_rng_state()
    found = [Variational(SAGA(seed=s), p.prior, max_steps=9, tol=None)(p.y, p.physics) for s in (0, 0, 1)]
    assert torch.equal(found[0], found[1])
    assert not torch.equal(found[0], found[2])
    assert torch.equal(before, torch.random.get_rng_state())
