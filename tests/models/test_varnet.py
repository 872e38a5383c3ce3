import pytest
import torch
from torch import nn

from preimage.models import VarNet
from tests.example import Example
from tests.models.problems import chain, dense

EXAMPLES = {
    VarNet: [Example(lambda: VarNet([nn.Conv2d(3, 3, 3, padding=1) for _ in range(2)]))],
}


@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_it_is_its_formula_written_out(dtype):
    physics, y = dense(dtype)
    networks = [chain(2 if dtype.is_complex else 1, seed) for seed in range(3)]
    model = VarNet(networks, step_size=0.02).double()
    with torch.no_grad():
        model.learned.logarithms["step_size"].copy_(torch.tensor([0.01, 0.02, 0.03]).log())
    matrix = physics.matrix
    x = (y @ matrix.conj()) / torch.linalg.matrix_norm(matrix, 2) ** 2
    for t, network in zip((0.01, 0.02, 0.03), networks, strict=True):
        image = x[:, None, None, :]
        if dtype.is_complex:
            parts = network(torch.cat([image.real, image.imag], 1))
            correction = torch.complex(parts[:, 0], parts[:, 1])[:, 0]
        else:
            correction = network(image)[:, 0, 0]
        x = x - t * (x @ matrix.mT - y) @ matrix.conj() - correction
    # Logarithms of steps were float32 at first; norms by Lanczos' method are good to about 1e-6.
    torch.testing.assert_close(model(y, physics)[:, 0, 0], x, rtol=1e-5, atol=1e-6)


def test_default_step_is_the_inverse_of_the_squared_norm_whatever_the_noise():
    physics, y = dense()
    networks = [chain(1, seed) for seed in range(2)]
    by_default = VarNet(networks)(y, physics.replace(sigma=7.0))
    given = VarNet(networks, step_size=1 / float(torch.linalg.matrix_norm(physics.matrix, 2)) ** 2)(y, physics)
    torch.testing.assert_close(by_default, given, rtol=1e-5, atol=1e-6)


def test_gradients_reach_every_network_and_step():
    physics, y = dense()
    model = VarNet([chain(1, seed) for seed in range(3)])
    gradients = torch.autograd.grad(model(y, physics).square().sum(), list(model.parameters()))
    assert len(gradients) == 3 * 4 + 1
    assert all(bool(gradient.ne(0).any()) for gradient in gradients)
