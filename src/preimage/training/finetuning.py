"""A trained model, trained on by the measurements at hand."""

import copy
import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

from preimage._draws import step_generator
from preimage._ranges import check_count, check_level
from preimage._tree import Measurement, leaves
from preimage.errors import ArgumentError
from preimage.loss import EILoss, Loss, MCLoss, SplittingLoss, SureGaussianLoss, SurePGLoss
from preimage.models.ram import TrainedRangeWarning
from preimage.physics import LinearPhysics, Physics
from preimage.reconstructor import Reconstructor
from preimage.training.held_out import HeldOutPart, entry_masks, hold_out
from preimage.transform import Scale

__all__ = ["Effort", "Finetuned", "finetune", "learn_from_measurements", "self_supervised_loss"]

_Model = TypeVar("_Model", bound=Reconstructor)
_CHECKS = 20  # in all steps
_PATIENCE = 5  # checks without a better score
_SURE = 2.0  # standard errors by which a score must be better


def finetune(
    model: _Model,
    y: Measurement | Sequence[Measurement],
    physics: Physics | Sequence[Physics],
    loss: Loss | None = None,
    steps: int = 200,
    *,
    rate: float = 2e-4,
    seed: int = 0,
    progress: Callable[[int, float], None] | None = None,
) -> _Model:
    r"""A copy of a model that has learned from measurements without their truth.

    A part of each measurement is held out and never learned from: where there are fewer numbers than unknowns, or no
    noise, a tenth of the entries; else a noisier copy is shown, whose noise is independent of that of the rest. All
    trainable parameters learn by Adam from the part that is shown, one measurement a step. The held-out part is
    predicted twenty times in all steps; training ends when five such scores in a row were no better than the best. The
    weights of the best are taken where their errors are smaller than those at the start by two standard errors, and
    those of all entries together no larger; else those at the start: what is returned is no worse on data that it has
    not seen, and fits what it has seen.

    Args:
        model: any reconstructor with trainable parameters; it is not changed.
        y: a measurement (a batch), or a list of them.
        physics: what made ``y``; a list where each measurement has its own.
        loss: without truth, of one image each; by default :func:`self_supervised_loss`.
        steps: the most steps, >= 1.
        rate: learning rate, > 0.
        seed: the seed of what is held out, and of the random numbers of the loss.
        progress: called with the number of steps and the score after each check, ``(steps, mean squared error)``.

    Raises:
        ArgumentError: nothing can be trained, nothing was measured, or a number is out of its range.
        CapabilityError: nothing of a measurement can be held out.
    """
    return learn_from_measurements(model, y, physics, loss, Effort(steps, rate, seed), progress).model


@dataclass(frozen=True)
class Effort:
    """How long and how fast to learn.

    Args:
        steps: the most steps, >= 1.
        rate: learning rate, > 0.
        seed: the seed of what is held out, and of the random numbers of the loss.

    Raises:
        ArgumentError: a number is out of its range.
    """

    steps: int = 200
    rate: float = 2e-4
    seed: int = 0

    def __post_init__(self) -> None:
        """Require that the numbers are in their ranges."""
        check_count("steps", self.steps, "200 is the default")
        check_level("rate", self.rate, "2e-4 is the default")


@dataclass(frozen=True)
class Finetuned(Generic[_Model]):
    """What :func:`finetune` came to.

    Attributes:
        model: the copy, with the best weights, or those at the start.
        improved: whether it is better on what was held out by more than chance explains.
        start: the mean squared error of what was held out at the start, relative to its mean square.
        score: the least that was reached.
        steps: how many were taken.
        best: the step of the least.
    """

    model: _Model
    improved: bool
    start: float
    score: float
    steps: int
    best: int


def learn_from_measurements(
    model: _Model,
    y: Measurement | Sequence[Measurement],
    physics: Physics | Sequence[Physics],
    loss: Loss | None = None,
    effort: Effort | None = None,
    progress: Callable[[int, float], None] | None = None,
    stops: Callable[[], bool] | None = None,
) -> Finetuned[_Model]:
    """:func:`finetune`, with an account of it.

    Args:
        model, y, physics, loss, progress: see :func:`finetune`.
        effort: how long and how fast to learn.
        stops: asked after each check; ``True`` ends the training.

    Raises:
        ArgumentError, CapabilityError: see :func:`finetune`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TrainedRangeWarning)  # parts of a measurement are other problems than the whole
        return _learned(model, _pairs(y, physics), loss, effort or Effort(), progress, stops)


def _learned(
    model: _Model,
    measured: Sequence[tuple[Measurement, Physics]],
    loss: Loss | None,
    effort: Effort,
    progress: Callable[[int, float], None] | None,
    stops: Callable[[], bool] | None,
) -> Finetuned[_Model]:
    steps, rate, seed = astuple(effort)
    parts = [hold_out(one, own, step_generator(seed, -1 - k)) for k, (one, own) in enumerate(measured)]
    tuned = copy.deepcopy(model)
    trained = [parameter for parameter in tuned.parameters() if parameter.requires_grad]
    if not trained:
        raise ArgumentError("`model` must have parameters that require gradients, got none; unfreeze some.")
    start, known = _errors(tuned, parts)
    total = known + float(start.sum())
    units = [float(start.mean()) * _size(part.target) ** 2 or 1.0 for part in parts]
    course = _Course(tuned, parts, [loss or self_supervised_loss(part) for part in parts], units, seed)
    optimizer, every = torch.optim.Adam(trained, rate, betas=(0.9, 0.99)), max(1, steps // _CHECKS)
    best = _Best(float(start.mean()), 0, start, _state(tuned))
    step = 0
    for step in range(steps):
        if not course.advance(optimizer, step):
            break
        if (step + 1) % every and step + 1 < steps:
            continue
        errors, known = _errors(tuned, parts)
        if progress is not None:
            progress(step + 1, float(errors.mean()))
        if float(errors.mean()) < best.score and known + float(errors.sum()) <= total:
            best = _Best(float(errors.mean()), step + 1, errors, _state(tuned))
        elif step + 1 - best.step >= _PATIENCE * every:
            break
        if stops is not None and stops():
            break
    improved = _is_better(start, best.errors)
    tuned.load_state_dict(best.state if improved else model.state_dict())
    return Finetuned(tuned, improved, float(start.mean()), best.score, step + 1, best.step)


def self_supervised_loss(part: HeldOutPart) -> Loss:
    """The loss that suits what is shown of a measurement.

    Splitting where entries were held out: what is shown of the rest predicts the rest. Else Stein's estimate of the
    risk for the noise, and equivariance to scale where the operator weakens some of the image by half or more of its
    energy: details that it hides are learned from larger ones.

    Args:
        part: what :func:`preimage.training.held_out.hold_out` gives.
    """
    masks = entry_masks(part.y, 0.75)
    if part.by_entries and masks is not None:
        return SplittingLoss(masks)
    step = 1e-2 * _size(part.y)
    noise = part.physics.noise
    if noise.gaussian_sigma is not None and not noise.is_absent:
        risk: Loss = SureGaussianLoss(tau=step)
    elif noise.sensor is not None and not noise.is_absent:
        risk = SurePGLoss(tau=step)
    else:
        risk = MCLoss()
    return risk + EILoss(Scale()) if _hides(part) else risk


@dataclass(frozen=True)
class _Best:
    """The best weights so far, and what they were found by."""

    score: float
    step: int
    errors: Tensor
    state: Mapping[str, Tensor]


@dataclass(frozen=True)
class _Course:
    """Who learns from what; the losses of each measurement count in units of its score at the start."""

    model: Reconstructor
    parts: Sequence[HeldOutPart]
    losses: Sequence[Loss]
    units: Sequence[float]
    seed: int

    def advance(self, optimizer: torch.optim.Optimizer, step: int) -> bool:
        """Take a step; ``False`` where the loss or its gradient is not finite."""
        which, rng = step % len(self.parts), step_generator(self.seed, step)
        part, loss = self.parts[which], self.losses[which]
        with torch.enable_grad():
            x_hat = self.model(part.y, part.physics) if loss.needs_estimate else None
            value = loss(x_hat, None, part.y, part.physics, self.model, rng=rng).mean() / self.units[which]
            optimizer.zero_grad()
            value.backward()
        norm = nn.utils.clip_grad_norm_([p for group in optimizer.param_groups for p in group["params"]], 1.0)
        if not math.isfinite(value.item()) or not math.isfinite(norm.item()):
            return False
        optimizer.step()
        return True


def _pairs(
    y: Measurement | Sequence[Measurement], physics: Physics | Sequence[Physics]
) -> list[tuple[Measurement, Physics]]:
    """Each measurement with its physics; a tuple is one measurement, of several sensors."""
    measured: list[Measurement] = y if isinstance(y, list) else [y]
    operators = [physics] * len(measured) if isinstance(physics, Physics) else list(physics)
    if not measured or len(measured) != len(operators):
        raise ArgumentError(
            f"`y` must be one measurement or more, with one physics for all or one each, got {len(measured)} and "
            f"{len(operators)}; give lists of the same length."
        )
    return list(zip(measured, operators, strict=True))


def _errors(model: Reconstructor, parts: Sequence[HeldOutPart]) -> tuple[Tensor, float]:
    """Squared errors of all held-out entries, and the sum of those of entries shown.

    Each measurement counts in units of its target's mean square.
    """
    scaled, known = [], 0.0
    for part in parts:
        squares, shown = part.errors(model)
        power = _size(part.target) ** 2 or 1.0
        scaled.append(squares / power)
        known += shown / power
    return torch.cat(scaled).double(), known


def _is_better(start: Tensor, errors: Tensor) -> bool:
    """Whether errors are smaller than at the start by more than chance explains."""
    gain = start - errors
    if not bool(gain.isfinite().all()) or len(gain) < 2:
        return False
    return float(gain.mean()) > _SURE * float(gain.std()) / len(gain) ** 0.5


def _state(model: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def _size(y: Measurement) -> float:
    """Root mean square of a measurement, where it is finite."""
    values = torch.cat([leaf.detach().abs().flatten() for leaf in leaves(y)]).double()
    return float(values[values.isfinite()].square().mean().sqrt())


def _hides(part: HeldOutPart) -> bool:
    """Whether a linear operator keeps half of the energy of a random image or less, relative to what it keeps best."""
    physics = part.physics
    if not isinstance(physics, LinearPhysics):
        return False
    like = physics.A_adjoint(part.y)
    if like.ndim != 4 or like.is_complex():
        return False
    probe = torch.randn(like.shape, generator=torch.Generator().manual_seed(0)).to(like)
    kept = sum(float(leaf.abs().square().sum()) for leaf in leaves(physics.A(probe)))
    return kept < 0.5 * float(probe.square().sum() * physics.norm(like).square().max())
