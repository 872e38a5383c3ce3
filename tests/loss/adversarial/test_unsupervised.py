import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.loss import (
    CrossEntropyGAN,
    LeastSquaresGAN,
    UAIRGeneratorLoss,
    UnsupAdversarialDiscriminatorLoss,
    UnsupAdversarialGeneratorLoss,
    WassersteinGAN,
)
from preimage.loss.adversarial.sides import discriminator_side, generator_side
from preimage.physics import GaussianNoise, Inpainting, stack
from preimage.physics.generators import BernoulliSplittingMaskGenerator
from tests.example import Example, random
from tests.loss.adversarial.networks import Line, patches

SHAPE = (2, 3, 6, 7)
SEEN = random(6, 7) > 0.4
MASKS = BernoulliSplittingMaskGenerator(SHAPE[1:], 0.5)


def incomplete() -> Inpainting:
    return Inpainting(SEEN, GaussianNoise(0.1))


def example(make: object) -> Example:
    return Example(make, shape=SHAPE, physics=incomplete)


EXAMPLES = {
    UnsupAdversarialGeneratorLoss: [
        example(lambda: UnsupAdversarialGeneratorLoss(patches(), MASKS)),
        example(lambda: UnsupAdversarialGeneratorLoss(patches(), [incomplete()], CrossEntropyGAN())),
    ],
    UnsupAdversarialDiscriminatorLoss: [
        example(lambda: UnsupAdversarialDiscriminatorLoss(patches(), MASKS)),
        example(lambda: UnsupAdversarialDiscriminatorLoss(patches(), MASKS, WassersteinGAN(), 10.0)),
    ],
    UAIRGeneratorLoss: [
        example(lambda: UAIRGeneratorLoss(patches(), MASKS)),
        example(lambda: UAIRGeneratorLoss(patches(), [incomplete()], CrossEntropyGAN(), 0.3)),
    ],
}

Y, X_HAT = random(*SHAPE).double(), random(*SHAPE, seed=1).double()
OTHER = Inpainting(~SEEN)


def test_each_by_its_formula() -> None:
    network, again = Line(0.1), OTHER.A(X_HAT)

    def model(y: torch.Tensor, physics: object) -> torch.Tensor:
        return y + 1

    def value(loss: object) -> torch.Tensor:
        return loss(X_HAT, None, Y, incomplete(), model)

    deceived = generator_side(network, LeastSquaresGAN(), again)
    torch.testing.assert_close(value(UnsupAdversarialGeneratorLoss(network, [OTHER])), deceived)
    told = discriminator_side(network, LeastSquaresGAN(), Y, again, 0.0, None)
    torch.testing.assert_close(value(UnsupAdversarialDiscriminatorLoss(network, [OTHER])), told)
    misfit = (~SEEN * (again + 1) - again).square().flatten(1).mean(1)
    torch.testing.assert_close(value(UAIRGeneratorLoss(network, [OTHER], weight=0.3)), deceived + 0.3 * misfit)


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(ArgumentError, match="`operators` must hold one physics"):
        UnsupAdversarialGeneratorLoss(Line(1.0), [])
    with pytest.raises(ArgumentError, match="`weight` must be at least 0"):
        UAIRGeneratorLoss(Line(1.0), [OTHER], weight=-1.0)
    with pytest.raises(ArgumentError, match="`gradient_penalty` must be at least 0"):
        UnsupAdversarialDiscriminatorLoss(Line(1.0), [OTHER], gradient_penalty=-1.0)
    both = stack(OTHER, OTHER)
    with pytest.raises(ShapeError, match="one tensor for a discriminator"):
        UnsupAdversarialGeneratorLoss(Line(1.0), [both])(X_HAT, None, both.A(X_HAT), both, lambda y, p: y)
