import pytest
import torch

from preimage.errors import ArgumentError
from preimage.loss import (
    HingeGAN,
    SupAdversarialDiscriminatorLoss,
    SupAdversarialGeneratorLoss,
    WassersteinGAN,
)
from preimage.physics import Denoising
from tests.example import Example, random
from tests.loss.adversarial.networks import Line, patches

SHAPE = (2, 3, 6, 7)

EXAMPLES = {
    SupAdversarialGeneratorLoss: [
        Example(lambda: SupAdversarialGeneratorLoss(patches()), shape=SHAPE),
        Example(lambda: SupAdversarialGeneratorLoss(patches(), HingeGAN()), shape=SHAPE),
    ],
    SupAdversarialDiscriminatorLoss: [
        Example(lambda: SupAdversarialDiscriminatorLoss(patches()), shape=SHAPE),
        Example(lambda: SupAdversarialDiscriminatorLoss(patches(), WassersteinGAN(), 10.0), shape=SHAPE),
    ],
}


def test_one_optimiser_serves_both_sides() -> None:
    """Two adversaries that take steps together: reconstructions end where true images are."""
    x = torch.randn(256, 1, 1, 1, generator=torch.Generator().manual_seed(0), dtype=torch.float64) + 1
    network, shift = Line(0.0), torch.tensor(-2.0, dtype=torch.float64, requires_grad=True)
    loss = SupAdversarialGeneratorLoss(network) + SupAdversarialDiscriminatorLoss(network)
    optimiser = torch.optim.SGD([shift, *loss.parameters()], lr=0.05)
    for _ in range(400):
        optimiser.zero_grad()
        x_hat = x - x.mean() + shift
        loss(x_hat, x, x, Denoising(), lambda y, p: y).mean().backward()
        optimiser.step()
    assert abs(float(shift.detach()) - float(x.mean())) < 0.1


def test_a_negative_penalty_is_told() -> None:
    with pytest.raises(ArgumentError, match="`gradient_penalty` must be at least 0"):
        SupAdversarialDiscriminatorLoss(patches(), None, -1.0)


def test_both_sides_share_the_network() -> None:
    network = patches()
    one, other = SupAdversarialGeneratorLoss(network), SupAdversarialDiscriminatorLoss(network)
    assert one.discriminator is other.discriminator is network
    x = random(*SHAPE)
    assert other(x * 0.5, x, x, Denoising(), lambda y, p: y).shape == (2,)
