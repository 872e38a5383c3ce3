import pytest
import torch
from torch import Tensor, nn

from preimage.errors import ArgumentError
from preimage.loss import UNSURELoss
from preimage.loss.unsure import reverse_gradient
from preimage.physics import Denoising, GaussianNoise, Inpainting, Physics, PoissonGaussianNoise
from preimage.reconstructor import Reconstructor
from tests.example import SEEN, Example, complex_example

EXAMPLES = {
    UNSURELoss: [
        Example(UNSURELoss),
        Example(
            lambda: UNSURELoss(0.02, gain=0.1, tau=None), physics=lambda: Denoising(PoissonGaussianNoise(0.1, 0.1))
        ),
        Example(UNSURELoss, physics=lambda: Inpainting(SEEN, GaussianNoise(0.1))),
        complex_example(UNSURELoss, (2, 1, 4, 3), lambda: Denoising(GaussianNoise(0.1))),
    ]
}

Y = torch.rand(3, 1, 2, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64) - 0.2


def shrunk(y: Tensor, physics: Physics) -> Tensor:
    return 0.7 * y


def test_its_value_and_the_reversed_gradients_of_its_multipliers() -> None:
    loss = UNSURELoss(0.04, gain=0.1)
    value = loss(0.7 * Y, None, Y, Denoising(), shrunk)
    power, mean = Y.square().flatten(1).mean(1), Y.flatten(1).mean(1)
    torch.testing.assert_close(value, 0.09 * power + 2 * 0.7 * (0.04 + 0.1 * mean))
    value.sum().backward()
    assert loss.log_variance.grad is not None
    assert loss.log_gain is not None
    assert loss.log_gain.grad is not None
    torch.testing.assert_close(loss.log_variance.grad.double(), torch.tensor(-3 * 2 * 0.7 * 0.04).double())
    torch.testing.assert_close(loss.log_gain.grad.double(), -(2 * 0.7 * 0.1 * mean).sum())


def test_a_reversed_gradient_leaves_the_value() -> None:
    value = torch.tensor(3.0, requires_grad=True)
    reverse_gradient(value).backward()
    assert reverse_gradient(value) == 3
    assert value.grad == -1


class Trained(Reconstructor):
    """A matrix to learn."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.entries = nn.Parameter(0.5 * torch.eye(size, dtype=torch.float64))

    def forward(self, y: Tensor, physics: Physics) -> Tensor:
        """``entries @ y``, shaped like ``y``."""
        return (y.flatten(1) @ self.entries.mT).reshape(y.shape)


def saddle(loss: UNSURELoss, model: nn.Module, y: Tensor, steps: int = 250) -> None:
    """Train both by one optimizer."""
    optimizer = torch.optim.Adam([*model.parameters(), *loss.parameters()], lr=0.05, betas=(0.0, 0.9))
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = 0.05 * (1 - step / steps)
        optimizer.zero_grad()
        loss(model(y, Denoising()), None, y, Denoising(), model).mean().backward()
        optimizer.step()


def test_one_optimizer_finds_the_noise_of_images_on_a_line() -> None:
    rng, sigma, n = torch.Generator().manual_seed(0), 0.5, 2
    x = torch.randn(500, 1, generator=rng, dtype=torch.float64) * torch.tensor([2.0, -1.0])
    y = GaussianNoise(sigma).sample(x, rng).reshape(-1, 1, 1, 2)
    loss, model = UNSURELoss(1.0, tau=1.0, probes=None), Trained(n)  # exact for a matrix, whatever the step
    saddle(loss, model, y)
    covariance = y.flatten(1).mT @ y.flatten(1) / len(y)
    inverse, eta = covariance.inverse(), loss.multipliers()[0].item()
    assert eta == pytest.approx(n / inverse.trace().item(), rel=0.01)
    assert eta == pytest.approx(sigma**2 * n / (n - 1), rel=0.1)
    assert abs(model.entries.diagonal().sum().item()) < 0.01
    torch.testing.assert_close(model.entries.data, torch.eye(n).double() - eta * inverse, rtol=0.0, atol=0.01)


def test_shrinkage_has_no_divergence_at_the_optimum() -> None:
    class Shrinkage(Trained):
        """A number times the measurement."""

        def forward(self, y: Tensor, physics: Physics) -> Tensor:
            """``entries[0] y``."""
            return self.entries[0, 0] * y

    loss, model = UNSURELoss(0.5, tau=1.0), Shrinkage(1)
    saddle(loss, model, Y)
    assert abs(model.entries.item()) < 0.01
    assert loss.multipliers()[0].item() == pytest.approx(Y.square().mean().item(), rel=0.02)


def test_numbers_out_of_range_are_told() -> None:
    with pytest.raises(ArgumentError, match="`variance` must be positive"):
        UNSURELoss(0.0)
    with pytest.raises(ArgumentError, match="`gain` must be positive"):
        UNSURELoss(gain=0.0)
