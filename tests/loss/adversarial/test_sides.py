import torch

from preimage.loss import CrossEntropyGAN, LeastSquaresGAN
from preimage.loss.adversarial.sides import discriminator_side, generator_side
from tests.example import random
from tests.loss.adversarial.networks import Line

X, Z = random(3, 1, 2, 2).double(), random(3, 1, 2, 2, seed=1).double()


def test_the_generator_learns_and_the_discriminator_does_not() -> None:
    network, x = Line(2.0), X.clone().requires_grad_()
    loss = generator_side(network, LeastSquaresGAN(), x)
    scores = 2 * X.flatten(1).sum(1) + 0.5
    torch.testing.assert_close(loss.detach(), (scores - 1) ** 2)
    loss.sum().backward()
    assert network.a.grad is None
    assert x.grad is not None
    torch.testing.assert_close(x.grad[:, 0, 0, 0], 4 * (scores - 1))


def test_the_discriminator_learns_and_the_generator_does_not() -> None:
    network, x = Line(2.0), X.clone().requires_grad_()
    loss = discriminator_side(network, CrossEntropyGAN(), Z, x, 0.0, None)
    true, made = (2 * v.flatten(1).sum(1) + 0.5 for v in (Z, X))
    torch.testing.assert_close(loss.detach(), (1 + (-true).exp()).log() + (1 + made.exp()).log())
    loss.sum().backward()
    assert x.grad is None
    assert network.a.grad is not None


def test_the_penalty_of_slopes_has_a_gradient_of_its_own() -> None:
    """The gradient of ``a * sum`` over four pixels has length ``2 a``."""
    network = Line(2.0)
    with_it, without = (
        discriminator_side(network, LeastSquaresGAN(), Z, X, weight, torch.Generator().manual_seed(0))
        for weight in (10.0, 0.0)
    )
    torch.testing.assert_close(with_it - without, torch.full((3,), 10.0 * (4 - 1) ** 2).double())
    (slope,) = torch.autograd.grad((with_it - without).mean(), network.a)
    torch.testing.assert_close(slope, torch.tensor(10.0 * 2 * (4 - 1) * 2).double())
    flat = discriminator_side(Line(0.0), LeastSquaresGAN(), Z, X, 1.0, None)
    assert flat.isfinite().all()
