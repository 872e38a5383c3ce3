import pytest
import torch

from preimage.denoisers import DnCNN
from preimage.errors import CapabilityError
from preimage.models import MoDL
from preimage.physics import Denoising
from tests.doubles import Square
from tests.example import Example
from tests.models.problems import PIXELS, ROWS, denoiser, dense, normal

EXAMPLES = {
    MoDL: [Example(lambda: MoDL(DnCNN(3, width=4, depth=3), 3))],
}


@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_it_is_the_two_formulas_written_out(dtype):
    physics, y = dense(dtype)
    network = denoiser(2 if dtype.is_complex else 1)
    model = MoDL(network, n_steps=3, weight=0.7).double()
    matrix = physics.matrix
    normal_matrix = matrix.mH @ matrix + 0.7 * torch.eye(PIXELS)
    x = (y @ matrix.conj()) / torch.linalg.matrix_norm(matrix, 2) ** 2
    for _ in range(3):
        image = x[:, None, None, :]
        if dtype.is_complex:
            parts = network(torch.cat([image.real, image.imag], 1), 0.1)
            z = torch.complex(parts[:, 0], parts[:, 1])[:, 0]
        else:
            z = network(image, 0.1)[:, 0, 0]
        x = torch.linalg.solve(normal_matrix, (y @ matrix.conj() + 0.7 * z).mT).mT
    # lambda is stored as a float32 logarithm; norms by Lanczos' method are good to about 1e-6.
    torch.testing.assert_close(model(y, physics)[:, 0, 0], x, rtol=1e-5, atol=1e-6)


def test_noise_does_not_enter():
    physics, y = dense()
    model = MoDL(denoiser(1), n_steps=2)
    assert torch.equal(model(y, physics), model(y, physics.replace(sigma=5.0)))


def test_gradients_reach_the_network_and_lambda():
    physics, y = dense()
    model = MoDL(denoiser(1), n_steps=2)
    gradients = torch.autograd.grad(model(y, physics).square().sum(), list(model.parameters()))
    assert len(gradients) == 5  # two convolutions with biases, one lambda for all steps
    assert all(bool(gradient.ne(0).any()) for gradient in gradients)


def test_physics_must_be_linear():
    with pytest.raises(CapabilityError, match="not linear"):
        MoDL(denoiser(1))(normal(1, 1, 4, 4), Square())
    with pytest.raises(CapabilityError, match="Proximable"):
        MoDL(denoiser(1), init=lambda y, physics: y)(normal(1, 1, 4, 4), Square())
    assert MoDL(denoiser(1))(normal(1, 1, 4, ROWS), Denoising()).shape == (1, 1, 4, ROWS)
