import torch

from preimage.fidelity import likelihood
from preimage.functional import Zero
from preimage.optim import CondatVu, Variational
from preimage.optim.prior import Box, TVPrior
from preimage.physics import Blur, GaussianNoise
from tests.optim.problems import fused, matrix_of


def test_one_step_by_hand():
    p = fused()
    f, matrix, x = likelihood(p.physics, p.y), matrix_of(p.physics), torch.rand(3, 1, 1, 8).double()
    algorithm = CondatVu(step_size=0.01, dual_step_size=0.5, relaxation=1.2, constraint=Box(0.0, None))
    state = algorithm.step(f, p.prior, algorithm.step(f, p.prior, algorithm.init(x)))
    jumps = torch.diff(torch.eye(8).double(), dim=0)
    flat, u = x[:, 0, 0], torch.zeros(3, 7).double()
    for _ in range(2):
        v = (flat - 0.01 * (4 * (flat @ matrix.mT - p.y) @ matrix + u @ jumps)).clamp_min(0)
        w = (u + 0.5 * (2 * v - flat) @ jumps.mT).clamp(-4, 4)  # the dual of weight |.| is the box of that weight
        flat, u = flat + 1.2 * (v - flat), u + 1.2 * (w - u)
    torch.testing.assert_close(state.x[:, 0, 0], flat)


def test_default_steps_keep_the_condition_of_convergence():
    p = fused()
    f, x = likelihood(p.physics, p.y), p.minimiser
    curvature = 4 * torch.linalg.matrix_norm(matrix_of(p.physics), 2) ** 2
    for given in (None, 0.3 / float(curvature), 1.9 / float(curvature)):
        ready = CondatVu(step_size=given).prepare(f, p.prior, x)
        t, s = torch.as_tensor(ready.step_size), torch.as_tensor(ready.dual_step_size)
        left = 1 / t - s * 8
        assert bool((s > 0).all())
        assert bool((left > curvature / 2).all())
        assert bool((2 - curvature / 2 / left > 1).all())
    for r in (1.0, 1.4, 1.9):
        ready = CondatVu(relaxation=r).prepare(f, p.prior, x)
        left = 1 / torch.as_tensor(ready.step_size) - torch.as_tensor(ready.dual_step_size) * 8
        assert bool((r < 2 - curvature / (2 * left)).all())
    free = CondatVu().prepare(Zero(), p.prior, x)
    assert bool((torch.as_tensor(free.dual_step_size) * torch.as_tensor(free.step_size) * 8 < 1).all())
    torch.testing.assert_close(1 / torch.as_tensor(free.step_size), torch.full((1,), 8**0.5).double())


def test_no_system_is_solved(rng, monkeypatch):
    physics = Blur(torch.full((3, 3), 1 / 9), "reflect", noise=GaussianNoise(0.1))
    y = physics(torch.rand(1, 1, 8, 8, generator=rng), rng=rng)
    called = []
    monkeypatch.setattr(TVPrior, "prox", lambda *a: called.append("prox"))
    monkeypatch.setattr(Blur, "solve_shifted", lambda *a: called.append("solve"))
    Variational(CondatVu(), TVPrior(1.0), max_steps=5, tol=None)(y, physics)
    assert not called
