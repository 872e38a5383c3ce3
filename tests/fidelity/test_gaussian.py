import torch

from preimage.fidelity import GaussianLikelihood, SpectralLikelihood, likelihood
from preimage.physics import BlurFFT, Denoising, GaussianNoise, stack
from tests.fidelity.dense import KERNEL, dense, images


def test_gaussian_prox_and_lipschitz_constant_against_a_dense_matrix():
    sigma = torch.tensor([0.2, 0.5], dtype=torch.float64)
    step = torch.tensor([0.1, 3.0], dtype=torch.float64)
    physics = BlurFFT(KERNEL, GaussianNoise(sigma))
    x, y, matrix = images(1), images(2), dense(physics)
    f = likelihood(physics, y)
    assert isinstance(f, GaussianLikelihood)
    for i in range(2):
        weight = step[i] / sigma[i] ** 2
        rhs = x[i].flatten() + weight * matrix.mT @ y[i].flatten()
        wanted = torch.linalg.solve(torch.eye(12) + weight * matrix.mT @ matrix, rhs)
        torch.testing.assert_close(f.prox(x, step)[i].flatten(), wanted)
    torch.testing.assert_close(f.lipschitz(x), torch.linalg.matrix_norm(matrix, 2) ** 2 / sigma**2)


def test_stacked_gaussian_noises_are_whitened():
    pair = stack(
        BlurFFT(KERNEL, GaussianNoise(torch.tensor([0.2, 0.5], dtype=torch.float64))), Denoising(GaussianNoise(0.3))
    )
    x, y = images(1), (images(2), images(3))
    f = likelihood(pair, y)
    assert isinstance(f, GaussianLikelihood)
    misfits = [(dense(pair)[:12] @ x.flatten(1).mT).mT - y[0].flatten(1), x.flatten(1) - y[1].flatten(1)]
    levels = torch.tensor([[0.2, 0.3], [0.5, 0.3]], dtype=torch.float64)
    wanted = sum(m.square().sum(1) / (2 * levels[:, i] ** 2) for i, m in enumerate(misfits))
    torch.testing.assert_close(f(x), wanted)
    u = f.prox(x, 0.7)
    torch.testing.assert_close(u + 0.7 * f.grad(u), x, rtol=0, atol=1e-8)  # the condition that defines a prox


def test_the_prox_of_a_spectrum_solves_the_normal_equations() -> None:
    x, y, curvature = images(1), images(2), torch.tensor([0.5, 2.0], dtype=torch.float64)[:, None, None, None]
    physics = BlurFFT(KERNEL, GaussianNoise(0.3))
    f = likelihood(physics, y)
    assert isinstance(f, SpectralLikelihood)
    matrix = dense(physics)
    found = f.solve_quadratic(x, curvature)
    for i in range(2):
        system = matrix.mT @ matrix / 0.09 + curvature[i].flatten() * torch.eye(12)
        wanted = torch.linalg.solve(system, matrix.mT @ y[i].flatten() / 0.09 + x[i].flatten())
        torch.testing.assert_close(found[i].flatten(), wanted)
    torch.testing.assert_close(f.grad(x), physics.A_adjoint(physics.A(x) - y) / 0.09)
