import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError, ShapeError
from preimage.models import PDNet
from preimage.physics import Denoising, Diagonal, LinearPhysics, stack
from preimage.transform import Fourier, Pixels
from tests.doubles import Square
from tests.example import Example
from tests.models.problems import made, normal

EXAMPLES = {
    PDNet: [Example(lambda: PDNet((3, 3), 2, width=4))],
}


class Sampling(LinearPhysics):
    """``mask * F x``: (B, 1, H, W) complex to the same."""

    def __init__(self, mask, noise=None):
        super().__init__(noise)
        self.mask = mask

    def diagonal(self, like):
        return Diagonal(Pixels(), Fourier(2, real=False), lambda: self.mask.to(like.real.dtype))


def written_out(model, matrix, scale, y, counts):
    """Adler & Oktem's algorithm 3 with a matrix on flattened images."""
    n_primal, n_dual = counts
    height, width = y.shape[-2:]

    def applied(operator, image):
        return (image.flatten(1) @ operator.mT / scale).reshape(-1, 1, height, width)

    def real(image):
        return torch.cat([image.real, image.imag], 1) if image.is_complex() else image

    def back(parts):
        half = parts.shape[1] // 2
        return torch.complex(parts[:, :half], parts[:, half:]) if y.is_complex() else parts

    f = [torch.zeros_like(y)] * n_primal
    h = [torch.zeros_like(y)] * n_dual
    for step in model.priors:
        change = back(step.dual(real(torch.cat([*h, applied(matrix, f[min(1, n_primal - 1)]), y / scale], 1))))
        h = [old + change[:, i : i + 1] for i, old in enumerate(h)]
        change = back(step.primal(real(torch.cat([*f, applied(matrix.mH, h[0])], 1))))
        f = [old + change[:, i : i + 1] for i, old in enumerate(f)]
    return f[0]


@pytest.mark.parametrize("counts", [(3, 2), (1, 1), (2, 4)])
@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_it_is_its_algorithm_written_out(dtype, counts):
    y = normal(2, 1, 4, 6, dtype=dtype)
    if dtype.is_complex:
        physics = Sampling(1.5 * (normal(1, 1, 4, 6, seed=3) > 0))
        scale = 1.5
    else:
        physics, scale = 3.0 * Denoising(), 3.0
    basis = torch.eye(24, dtype=dtype).reshape(24, 1, 4, 6)
    matrix = physics.A(basis).flatten(1).mT
    channels = (2, 2) if dtype.is_complex else (1, 1)
    model = made(lambda: PDNet(channels, 3, *counts, width=4))
    measured = y * (physics.mask != 0) if dtype.is_complex else y  # what was not sampled is not shown to the networks
    wanted = written_out(model, matrix, scale, measured, counts)
    torch.testing.assert_close(model(y, physics), wanted, rtol=1e-9, atol=1e-12)


def test_gradients_reach_every_network():
    model = made(lambda: PDNet(n_steps=2, n_primal=2, n_dual=2, width=8))
    loss = model(normal(1, 1, 5, 5), Denoising()).square().sum()
    gradients = torch.autograd.grad(loss, list(model.parameters()))
    assert len(gradients) == 2 * 2 * 8  # three convolutions with bias and two PReLU in each network
    assert sum(bool(gradient.ne(0).any()) for gradient in gradients) == len(gradients)


def test_what_it_cannot_do():
    with pytest.raises(ArgumentError, match="`n_primal` must be at least 1, got 0"):
        PDNet(n_primal=0)
    physics = stack(Denoising(), Denoising())
    with pytest.raises(ShapeError, match="got a tuple"):
        PDNet()(physics.A(normal(1, 1, 4, 4)), physics)

    with pytest.raises(CapabilityError, match="LinearPhysics"):
        PDNet()(normal(1, 1, 4, 4), Square())
