"""Measurements of reconstructions that cannot be told from measurements."""

import torch
from torch import Tensor, nn

from preimage._ranges import check_level
from preimage._tree import Measurement
from preimage.errors import ShapeError
from preimage.loss.adversarial.criterion import AdversarialCriterion, LeastSquaresGAN
from preimage.loss.adversarial.sides import discriminator_side, generator_side
from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs
from preimage.loss.operators import Operators, draw_operator, require_operators
from preimage.metric import MSE
from preimage.physics import Physics

__all__ = ["UAIRGeneratorLoss", "UnsupAdversarialDiscriminatorLoss", "UnsupAdversarialGeneratorLoss"]


class UnsupAdversarialGeneratorLoss(Loss):
    """``criterion.deceive(D(y_s))`` of a new measurement ``y_s = N(A_s x_hat)``, as with AmbientGAN.

    The discriminator ``D`` sees measurements, ``y`` and ``y_s``, and no image. If operators differ from sample to
    sample and are drawn independently of the image, images whose measurements look true are true in distribution, as
    far as all operators together determine them. Gradients reach the model and not ``D``; photon noise passes none.

    Args:
        discriminator: ``D``, any network that gives scores (B, ...) of measurements.
        operators: the law of the parameters that differ between samples, or a sequence of physics, as the measurements
            were made with.
        criterion: what is wanted of scores; least squares by default.

    Raises:
        ArgumentError: the sequence is empty.
        ShapeError: a measurement is a tuple.

    Source: Bora, Price, Dimakis, "AmbientGAN: generative models from lossy measurements", ICLR 2018; Cole et al., "Fast
    unsupervised MRI reconstruction without fully-sampled ground truth data using generative adversarial networks",
    ICCV workshops 2021.
    """

    def __init__(
        self, discriminator: nn.Module, operators: Operators, criterion: AdversarialCriterion | None = None
    ) -> None:
        super().__init__()
        require_operators(operators)
        self.discriminator = discriminator
        self.operators = operators
        self.criterion = criterion or LeastSquaresGAN()

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The penalty of each new measurement, (B,)."""
        again, _ = _measured_again(self.operators, inputs)
        return generator_side(self.discriminator, self.criterion, again)


class UnsupAdversarialDiscriminatorLoss(Loss):
    """``criterion.real(D(y)) + criterion.fake(D(y_s))``, minimised by the discriminator ``D`` of measurements.

    ``y_s = N(A_s x_hat)`` as in :class:`UnsupAdversarialGeneratorLoss` and :class:`UAIRGeneratorLoss`. Gradients reach
    the discriminator and not the model.

    Args:
        discriminator: ``D``, the object that the generator's loss has.
        operators: as in the generator's loss.
        criterion: what is wanted of scores; least squares by default.
        gradient_penalty: the weight of ``(|gradient of D| - 1)^2`` at a random point between ``y`` and ``y_s``, >= 0;
            :class:`WassersteinGAN` needs it.

    Raises:
        ArgumentError: the weight is negative, or the sequence empty.
        ShapeError: a measurement is a tuple.

    Source: Bora, Price, Dimakis, "AmbientGAN: generative models from lossy measurements", ICLR 2018.
    """

    def __init__(
        self,
        discriminator: nn.Module,
        operators: Operators,
        criterion: AdversarialCriterion | None = None,
        gradient_penalty: float = 0.0,
    ) -> None:
        super().__init__()
        require_operators(operators)
        check_level("gradient_penalty", gradient_penalty, "10 is usual with WassersteinGAN", zero=True)
        self.discriminator = discriminator
        self.operators = operators
        self.criterion = criterion or LeastSquaresGAN()
        self.gradient_penalty = gradient_penalty

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The penalty of the scores of each pair, (B,)."""
        again, _ = _measured_again(self.operators, inputs)
        true = _tensor(inputs.y)
        return discriminator_side(self.discriminator, self.criterion, true, again, self.gradient_penalty, inputs.rng)


class UAIRGeneratorLoss(Loss):
    """``criterion.deceive(D(y_s)) + weight * |A_s f(y_s, A_s) - y_s|^2`` per entry, with ``y_s = N(A_s x_hat)``.

    "Unsupervised adversarial image reconstruction": new measurements are to look true, and reconstructions of them to
    explain them. It needs what :class:`UnsupAdversarialGeneratorLoss` needs.

    Args:
        discriminator: ``D``, any network that gives scores (B, ...) of measurements.
        operators: the law of the parameters that differ between samples, or a sequence of physics.
        criterion: what is wanted of scores; least squares by default.
        weight: the weight of the second term, >= 0.

    Raises:
        ArgumentError: the weight is negative, or the sequence empty.
        ShapeError: a measurement is a tuple.

    Source: Pajot, de Bezenac, Gallinari, "Unsupervised adversarial image reconstruction", ICLR 2019.
    """

    def __init__(
        self,
        discriminator: nn.Module,
        operators: Operators,
        criterion: AdversarialCriterion | None = None,
        weight: float = 1.0,
    ) -> None:
        super().__init__()
        require_operators(operators)
        check_level("weight", weight, "1 is usual", zero=True)
        self.discriminator = discriminator
        self.operators = operators
        self.criterion = criterion or LeastSquaresGAN()
        self.weight = weight

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The sum of both terms, (B,)."""
        again, physics = _measured_again(self.operators, inputs)
        explained = physics.A(inputs.model(again, physics))
        return generator_side(self.discriminator, self.criterion, again) + self.weight * MSE()(explained, again)


def _measured_again(operators: Operators, inputs: LossInputs) -> tuple[Tensor, Physics]:
    """A new measurement of the reconstruction, and the physics that made it."""
    x_hat = inputs.estimate()
    physics = draw_operator(operators, inputs.physics, x_hat, inputs.rng)
    return _tensor(physics(x_hat, inputs.rng)), physics


def _tensor(y: Measurement) -> Tensor:
    if not isinstance(y, torch.Tensor):
        raise ShapeError("`y` must be one tensor for a discriminator, got a tuple; take one sensor of the stack.")
    return y
