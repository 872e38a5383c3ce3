"""What the two sides of an adversarial training minimise."""

import torch
from torch import Tensor, nn
from torch.func import functional_call

from preimage._recording import slope
from preimage._shapes import per_image
from preimage._tree import squared_modulus
from preimage.loss.adversarial.criterion import AdversarialCriterion, image_mean
from preimage.physics.parameters.splitting.base import draw_uniforms

__all__ = ["discriminator_side", "generator_side"]


def generator_side(discriminator: nn.Module, criterion: AdversarialCriterion, x: Tensor) -> Tensor:
    """How far ``x`` is from being taken for true, (B,): with gradients to ``x``, and none to the discriminator."""
    weights = {name: weight.detach() for name, weight in discriminator.named_parameters()}
    return image_mean(criterion.deceive(functional_call(discriminator, weights, (x,))))


def discriminator_side(
    discriminator: nn.Module,
    criterion: AdversarialCriterion,
    true: Tensor,
    made: Tensor,
    gradient_penalty: float,
    rng: torch.Generator | None,
) -> Tensor:
    """How badly true images are told from made ones, (B,): with gradients to the discriminator, and none to these."""
    true, made = true.detach(), made.detach()
    loss = image_mean(criterion.real(discriminator(true))) + image_mean(criterion.fake(discriminator(made)))
    if gradient_penalty == 0:
        return loss
    share = per_image(draw_uniforms((len(true),), true, rng), true)
    _, gradient = slope(lambda point: image_mean(discriminator(point)), made + share * (true - made))
    # A norm of zero has no derivative: a number far below all others keeps it finite.
    length = (squared_modulus(gradient).flatten(1).sum(1) + torch.finfo(gradient.real.dtype).tiny).sqrt()
    return loss + gradient_penalty * (length - 1).square()
