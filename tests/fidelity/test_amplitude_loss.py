import pytest
import torch

from preimage.optim import AmplitudeLoss
from preimage.physics import BlurFFT, CompressedSensing, Denoising, PhaseRetrieval, stack
from tests.example import Example, Y, kernel

EXAMPLES = {
    AmplitudeLoss: [
        Example(lambda: AmplitudeLoss(PhaseRetrieval(BlurFFT(kernel(3, 3))), Y)),
        Example(lambda: AmplitudeLoss(PhaseRetrieval(Denoising()), Y), complex=True),
    ],
}


def test_value_and_gradient_by_hand() -> None:
    physics = PhaseRetrieval(Denoising())
    x, y = torch.tensor([[[[3.0, -2.0, 0.0]]]]), torch.tensor([[[[4.0, 9.0, 1.0]]]])
    f = AmplitudeLoss(physics, y)
    assert f(x).item() == 3.0
    assert f.grad(x).flatten().tolist() == pytest.approx([2.0, 2.0, 0.0])  # 2 (|x| - sqrt(y)) sign(x)
    assert AmplitudeLoss(physics, -y)(x).item() == 13.0


@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_gradient_is_the_derivative(dtype: torch.dtype, rng: torch.Generator) -> None:
    operator = CompressedSensing.random(15, (1, 2, 3), rng, is_complex=True).to(torch.float64)
    physics = PhaseRetrieval(stack(operator, Denoising()))
    x, other = (torch.randn(2, 1, 2, 3, generator=rng, dtype=dtype) for _ in range(2))
    f = AmplitudeLoss(physics, physics.A(other))
    point = x.clone().requires_grad_()
    torch.testing.assert_close(f.grad(x), torch.autograd.grad(f(point).sum(), point)[0])
    assert f(other).abs().max() < 1e-25


def test_the_gradient_at_zero_is_zero() -> None:
    f = AmplitudeLoss(PhaseRetrieval(Denoising()), torch.ones(1, 1, 2, 2))
    x = torch.zeros(1, 1, 2, 2, requires_grad=True)
    assert torch.equal(f.grad(x.detach()), torch.zeros(1, 1, 2, 2))
    assert torch.equal(torch.autograd.grad(f(x).sum(), x)[0], torch.zeros(1, 1, 2, 2))


def test_a_step_of_descent_is_an_alternating_projection(rng: torch.Generator) -> None:
    # B with orthonormal columns: x - grad / 2 = B^H (sqrt(y) B x / |B x|).
    columns = torch.linalg.qr(torch.randn(9, 4, generator=rng, dtype=torch.complex128))[0]
    physics = PhaseRetrieval(CompressedSensing(columns, (1, 2, 2)))
    x, other = (torch.randn(1, 1, 2, 2, generator=rng, dtype=torch.complex128) for _ in range(2))
    y = physics.A(other)
    image = x.flatten(1) @ columns.mT
    wanted = (y.sqrt() * image / image.abs()) @ columns.conj()
    torch.testing.assert_close((x - AmplitudeLoss(physics, y).grad(x) / 2).flatten(1), wanted)
