"""Reconstructions that cannot be told from true images."""

from torch import Tensor, nn

from preimage._ranges import check_level
from preimage.loss.adversarial.criterion import AdversarialCriterion, LeastSquaresGAN
from preimage.loss.adversarial.sides import discriminator_side, generator_side
from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs

__all__ = ["SupAdversarialDiscriminatorLoss", "SupAdversarialGeneratorLoss"]


class SupAdversarialGeneratorLoss(Loss):
    """``criterion.deceive(D(x_hat))``: the reconstruction is to be taken for a true image.

    Usually a small part of a sum with :class:`SupLoss`. Gradients reach the model and not the discriminator ``D``, so
    that one optimiser may serve this loss and that of ``D``.

    Args:
        discriminator: ``D``, any network that gives scores (B, ...) of images, such as :class:`PatchDiscriminator`.
        criterion: what is wanted of scores; least squares by default.

    Source: Goodfellow et al., "Generative adversarial nets", NeurIPS 2014.
    """

    def __init__(self, discriminator: nn.Module, criterion: AdversarialCriterion | None = None) -> None:
        super().__init__()
        self.discriminator = discriminator
        self.criterion = criterion or LeastSquaresGAN()

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The penalty of each reconstruction, (B,)."""
        return generator_side(self.discriminator, self.criterion, inputs.estimate())


class SupAdversarialDiscriminatorLoss(Loss):
    """``criterion.real(D(x)) + criterion.fake(D(x_hat))``, minimised by the discriminator ``D``.

    Gradients reach the discriminator and not the model that makes ``x_hat``.

    Args:
        discriminator: ``D``, the object that the generator's loss has.
        criterion: what is wanted of scores; least squares by default.
        gradient_penalty: the weight of ``(|gradient of D| - 1)^2`` at a random point between ``x`` and ``x_hat``, >= 0;
            :class:`WassersteinGAN` needs it.

    Raises:
        ArgumentError: the weight is negative.

    Source: Goodfellow et al., "Generative adversarial nets", NeurIPS 2014.
    """

    needs_truth = True

    def __init__(
        self,
        discriminator: nn.Module,
        criterion: AdversarialCriterion | None = None,
        gradient_penalty: float = 0.0,
    ) -> None:
        super().__init__()
        check_level("gradient_penalty", gradient_penalty, "10 is usual with WassersteinGAN", zero=True)
        self.discriminator = discriminator
        self.criterion = criterion or LeastSquaresGAN()
        self.gradient_penalty = gradient_penalty

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The penalty of the scores of each pair, (B,)."""
        return discriminator_side(
            self.discriminator, self.criterion, inputs.truth(), inputs.estimate(), self.gradient_penalty, inputs.rng
        )
