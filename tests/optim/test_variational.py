import pytest
import torch

from preimage.denoisers import FFDNet
from preimage.errors import CapabilityError
from preimage.optim import ADMM, FISTA, L1, L2, PGD, PnP, Tikhonov, Variational
from preimage.optim.variational import back_projection
from preimage.physics import BlurFFT, Denoising, GaussianNoise, LaplaceNoise, stack
from preimage.solve import Reason
from tests.doubles import Square
from tests.example import Example
from tests.optim.problems import Dense, Ridge

EXAMPLES = {
    Variational: [
        Example(lambda: Variational(PGD(), Tikhonov(2.0), tol=1e-6)),
        Example(lambda: Variational(FISTA(), PnP(FFDNet(3, width=4, depth=3)), max_steps=5, tol=None)),
    ],
}


def test_default_data_term_is_the_noise_s_own_and_another_may_be_given():
    y = torch.rand(2, 1, 4, 4, dtype=torch.float64)
    physics = Denoising(GaussianNoise(0.5))
    solve = {"max_steps": 500, "tol": 1e-12}
    found = Variational(PGD(), Ridge(4.0), **solve)(y, physics)
    torch.testing.assert_close(found, y / 2)  # (1 / 0.25) (x - y) + 4 x = 0
    torch.testing.assert_close(Variational(PGD(), Ridge(4.0), L2, **solve)(y, physics), y / 5)


def test_stacked_measurements():
    matrix = torch.randn(5, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    first, second = Dense(matrix, GaussianNoise(0.3)), Dense(torch.eye(6).double(), GaussianNoise(0.5))
    generator = torch.Generator().manual_seed(1)
    y = tuple(torch.rand(2, n, generator=generator, dtype=torch.float64) for n in (5, 6))
    normal = matrix.mT @ matrix / 0.09 + torch.eye(6) / 0.25 + 9.0 * torch.eye(6)
    wanted = torch.linalg.solve(normal, (y[0] @ matrix / 0.09 + y[1] / 0.25).mT).mT[:, None, None, :]
    for algorithm in (PGD(), ADMM()):
        found = Variational(algorithm, Ridge(9.0), max_steps=2000, tol=1e-8)(y, stack(first, second))
        torch.testing.assert_close(found, wanted, rtol=0, atol=1e-6)


def test_nonlinear_physics_from_a_given_start():
    x = torch.rand(2, 1, 3, 3, dtype=torch.float64) + 0.5
    physics = Square(GaussianNoise(1.0))
    with pytest.raises(CapabilityError, match="init"):
        Variational(PGD(0.1))(physics(x), physics)
    model = Variational(PGD(0.1), init=lambda y, physics: torch.ones_like(y), max_steps=2000, tol=1e-12)
    torch.testing.assert_close(model(x**2, physics), x, rtol=0, atol=1e-6)


def test_one_large_error_does_not_move_the_l1_solution():
    y = torch.zeros(1, 1, 5, 5, dtype=torch.float64)
    y[..., 2, 2] = 100.0
    found = Variational(ADMM(1.0), Ridge(0.1), L1, max_steps=3000, tol=1e-11)(y, Denoising(LaplaceNoise(1.0)))
    # |x - y| + 0.05 x^2: zero where y is, and where it is far the slope 1 is met at x = 1 / 0.1.
    wanted = torch.zeros_like(y)
    wanted[..., 2, 2] = 10.0
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-6)


def test_back_projection_of_a_multiple_of_a_unitary_map_inverts_it():
    x = torch.rand(2, 1, 4, 4)
    physics = 3 * Denoising()
    torch.testing.assert_close(back_projection(physics(x), physics), x)


def test_the_solution_says_what_happened():
    physics = BlurFFT(torch.ones(3, 3) / 9, GaussianNoise(0.1))
    solution = Variational(PGD(), Ridge(1.0), max_steps=3).solve(torch.rand(2, 1, 6, 6), physics)
    assert solution.reason == (Reason("max_steps", 3),) * 2
    assert solution.history.residual.shape == (3, 2)
