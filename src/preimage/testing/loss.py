"""What every loss must do."""

import copy

import torch
from torch import Tensor, nn

from preimage._tree import Measurement, leaves, tree_map
from preimage.loss import Loss, LossInputs
from preimage.physics import LinearPhysics, Physics
from preimage.reconstructor import Reconstructor
from preimage.testing._compare import require, require_close, require_equal, rounding
from preimage.testing._values import check_replace, untouched

__all__ = ["SmallModel", "check_loss"]


class SmallModel(Reconstructor):
    """``tanh(a z + b (mean of z's neighbours))`` of ``z = A^H y``, with two numbers to learn: smooth, not linear."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.tensor([0.6, 0.2]))

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The estimate of each image."""
        z = physics.A_adjoint(y) if isinstance(physics, LinearPhysics) else y
        around = torch.stack([z.roll(step, axis) for axis in range(2, z.ndim) for step in (1, -1)]).mean(0)
        return torch.tanh(self.weights[0] * z + self.weights[1] * around)


def check_loss(loss: Loss, x: Tensor, y: Measurement, physics: Physics, model: Reconstructor | None = None) -> None:
    """Require of ``loss`` what :class:`preimage.loss.Loss` promises, on measurements ``y`` of images ``x``.

    A call leaves its arguments, the object and global random state alone; there is one finite value per image, the sum
    of :meth:`~preimage.loss.Loss.terms`; the generator decides it; another image of the batch does not change it; what
    the loss says it does not need may be ``None``; gradients reach what the model, or the loss itself, has to learn;
    copies agree, ``replace`` keeps every field.

    Args:
        loss: the object under test.
        x: two or more small images, best of odd size, float32.
        y: their measurements.
        physics: what made them.
        model: a reconstructor with at least one parameter; :class:`SmallModel` by default.

    Raises:
        AssertionError: names the class and the property it breaks.
    """
    learned = model or SmallModel()

    def inputs(truth: Tensor, measured: Measurement) -> LossInputs:
        estimate = learned(measured, physics) if loss.needs_estimate else None
        rng = torch.Generator().manual_seed(0)
        return LossInputs(estimate, truth if loss.needs_truth else None, measured, physics, learned, rng)

    with untouched(loss, x, *leaves(y), call="a call"):
        asked = inputs(x, y)
        found = loss(asked.x_hat, asked.x, y, physics, learned, rng=asked.rng)
    require(found.shape == (len(x),), loss, f"the loss has shape {tuple(found.shape)}, want ({len(x)},)")
    require(not found.is_complex(), loss, "the loss is complex")
    require(bool(found.isfinite().all()), loss, "the loss is not finite")
    require_equal(loss.evaluate(inputs(x, y)), found, loss, "the loss of the same generator")
    total = torch.stack([term.weight * term.value for term in loss.terms(inputs(x, y))]).sum(0)
    require_close(total, found, rounding(found.dtype), loss, "the sum of the terms")
    others = tree_map(lambda leaf: torch.cat([leaf[:1], leaf[1:].flip(0) * 0.9]), y)
    changed = loss.evaluate(inputs(torch.cat([x[:1], x[1:] * 0.5]), others))
    require_close(changed[:1], found[:1], rounding(found.dtype), loss, "the loss of the first image, others changed,")
    _check_gradients(loss, found, learned)
    check_replace(loss)
    require_equal(copy.deepcopy(loss).evaluate(inputs(x, y)), found, loss, "the loss after deepcopy")


def _check_gradients(loss: Loss, found: Tensor, model: Reconstructor) -> None:
    # A discriminator's loss teaches the network it holds, and not the model.
    weights = [weight for part in (model, loss) for weight in part.parameters() if weight.requires_grad]
    require(found.requires_grad, loss, "the loss has no gradient")
    gradients = torch.autograd.grad(found.sum(), weights, allow_unused=True)
    reached = [gradient for gradient in gradients if gradient is not None]
    require(bool(reached), loss, "no parameter of the model or of the loss has a gradient")
    require(all(bool(g.isfinite().all()) for g in reached), loss, "a gradient is not finite")
    require(any(bool((g != 0).any()) for g in reached), loss, "all gradients are zero")
