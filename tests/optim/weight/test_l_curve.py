import numpy as np
import pytest
import torch

from preimage.optim import LCurve, WeightRange, choose_weight
from preimage.physics import GaussianNoise
from tests.optim.problems import Dense
from tests.optim.weight.linear import MODEL


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
