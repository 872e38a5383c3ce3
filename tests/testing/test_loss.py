import pytest
import torch

from preimage.loss import Loss, SupLoss
from preimage.physics import Denoising, GaussianNoise
from preimage.testing import check_loss
from tests.example import random

X = random(3, 1, 5, 7)
PHYSICS = Denoising(GaussianNoise(0.1))
Y = PHYSICS(X, rng=torch.Generator().manual_seed(0))


class Summed(Loss):
    def evaluate(self, inputs):
        return (inputs.x_hat - inputs.y).square().mean()


class Together(Loss):
    """One value for the batch."""

    def evaluate(self, inputs):
        return (inputs.x_hat - inputs.y).square().mean().expand(len(inputs.y))


class Global(Loss):
    def evaluate(self, inputs):
        return (inputs.x_hat - torch.randn_like(inputs.y)).square().flatten(1).mean(1)


class Blind(Loss):
    def evaluate(self, inputs):
        return inputs.y.square().flatten(1).mean(1)


class Secret(SupLoss):
    """It uses the truth, and does not say so."""

    needs_truth = False


@pytest.mark.parametrize("loss", [SupLoss(), SupLoss() + 0.1 * SupLoss()])
def test_a_loss_passes(loss):
    check_loss(loss, X.clone(), Y.clone(), PHYSICS)


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (Summed(), r"shape \(\), want \(3,\)"),
        (Together(), "of the first image, others changed"),
        (Global(), "used a global random generator"),
        (Blind(), "has no gradient"),
    ],
)
def test_faults_are_found(loss, message):
    with pytest.raises(AssertionError, match=f"{type(loss).__name__}: .*{message}"):
        check_loss(loss, X.clone(), Y.clone(), PHYSICS)


def test_a_loss_must_say_that_it_needs_the_truth():
    with pytest.raises(Exception, match="must be the true images, got None"):
        check_loss(Secret(), X.clone(), Y.clone(), PHYSICS)
