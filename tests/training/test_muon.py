import pytest
import torch
from torch import nn

from preimage.training import Muon


def update_of(weight_shape, rng, lr=1.0):
    parameter = nn.Parameter(torch.zeros(weight_shape))
    parameter.grad = torch.randn(weight_shape, generator=rng)
    Muon([parameter], lr=lr).step()
    return -parameter.detach(), parameter.grad


@pytest.mark.parametrize("shape", [(8, 32), (16, 16), (40, 10), (8, 4, 3, 3)])
def test_updates_are_nearly_orthogonal(shape, rng):
    update, _ = update_of(shape, rng)
    matrix = update.flatten(1)
    values = torch.linalg.svdvals(matrix) / max(1.0, matrix.shape[0] / matrix.shape[1]) ** 0.5
    # Five iterations with these coefficients leave the singular values in a band around one, by design.
    assert float(values.max()) < 1.25
    assert float(values.median()) > 0.65


def test_update_shares_the_singular_vectors_of_the_gradient(rng):
    """Against the exact answer ``U V^T`` from a singular value decomposition."""
    update, gradient = update_of((8, 32), rng)
    u, _, vh = torch.linalg.svd(gradient, full_matrices=False)
    middle = u.T @ update @ vh.T
    torch.testing.assert_close(middle, torch.diag(middle.diagonal()), atol=1e-5, rtol=0)
    assert bool((middle.diagonal() > 0.6).all())


def test_size_of_the_update_ignores_the_size_of_the_gradient(rng):
    parameter = nn.Parameter(torch.zeros(6, 6))
    gradient = torch.randn(6, 6, generator=rng)
    steps = []
    for factor in (1e-3, 1e3):
        parameter.data.zero_()
        parameter.grad = factor * gradient
        Muon([parameter], lr=0.1).step()
        steps.append(parameter.detach().clone())
    torch.testing.assert_close(steps[0], steps[1], atol=1e-4, rtol=1e-3)


def test_parameters_without_gradient_stay():
    parameter = nn.Parameter(torch.ones(3, 3))
    Muon([parameter]).step()
    assert torch.equal(parameter, torch.ones(3, 3))
