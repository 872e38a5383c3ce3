"""Training of a model against a network that tells its images from true ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import nn
from typing_extensions import override

from preimage.errors import ArgumentError
from preimage.loss import Loss
from preimage.training.learning import Learning
from preimage.training.objective import ModelAndLoss
from preimage.training.trainer import Trainer

__all__ = ["AdversarialTrainer"]


@dataclass(frozen=True, eq=False)
class AdversarialTrainer(Trainer):
    """A :class:`Trainer` of a generator, the model, and a discriminator, each by its own loss, in the same steps.

    ``loss`` is that of the generator: usually ``SupLoss() + weight * SupAdversarialGeneratorLoss(discriminator)``. It
    gives no gradients to the discriminator, and ``discriminator_loss`` none to the model, so that both are trained at
    once: every step shows both the same batch. The two losses hold the same discriminator, which the checkpoint keeps.
    Everything else is as for a :class:`Trainer`; choose the best weights by a metric, since losses of two networks that
    compete tell little.

    Args:
        discriminator_loss: a loss that owns the discriminator, such as ``SupAdversarialDiscriminatorLoss``.
        discriminator_rate: the learning rate of the discriminator; by default that of the model.

    Raises:
        ArgumentError: there is no ``discriminator_loss``, or it has no parameters.
    """

    discriminator_loss: Loss | None = None
    discriminator_rate: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.discriminator_loss is None or not any(True for _ in self.discriminator_loss.parameters()):
            raise ArgumentError(
                "`discriminator_loss` must be a loss that owns a network, got none; take e.g. "
                "SupAdversarialDiscriminatorLoss(discriminator)."
            )

    @override
    def whole_loss(self) -> Loss:
        """Both losses, whose gradients do not meet."""
        assert self.discriminator_loss is not None
        return self.loss + self.discriminator_loss

    @override
    def whole_learning(self) -> Learning:
        """Optimizers of the model, and others of the discriminator."""
        learning, rate = self.learning, self.discriminator_rate

        def optimizers(pair: nn.Module, usual: float) -> Sequence[torch.optim.Optimizer]:
            assert isinstance(pair, ModelAndLoss)
            other = usual if rate is None else rate
            return [*learning.optimizers(pair.model, usual), *learning.optimizers(pair.loss, other)]

        return replace(learning, optimizers=optimizers)
