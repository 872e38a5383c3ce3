"""Training: the loop, recipes as values, and those that made the weights of the package.

What is here is imported when it is first asked for, so that the table of recipes costs nothing.
"""

from typing import TYPE_CHECKING, Any

from preimage._lazy import lazy_name

if TYPE_CHECKING:
    from preimage.training.adversarial import AdversarialTrainer
    from preimage.training.backtracking import TrainingBacktracking
    from preimage.training.budget import Budget, Epochs, Hours, TrainingSteps
    from preimage.training.callbacks import Callback, EachCheckpoint, EachStep, TrainingProgress
    from preimage.training.finetuning import finetune, self_supervised_loss
    from preimage.training.held_out import HeldOutPart, hold_out
    from preimage.training.learning import Learning, adam
    from preimage.training.loggers import Logger, TensorBoard
    from preimage.training.loop import FitResult, LearningRule, fit
    from preimage.training.muon import Muon
    from preimage.training.recipe import Learned, Recipe, StepRecipe, TrainingSession
    from preimage.training.schedule import Cosine, RateSchedule, WarmupStableDecay
    from preimage.training.scores import ScoreTable, test
    from preimage.training.trainer import Trainer, TrainerResult

__all__ = [
    "AdversarialTrainer",
    "Budget",
    "Callback",
    "Cosine",
    "EachCheckpoint",
    "EachStep",
    "Epochs",
    "FitResult",
    "HeldOutPart",
    "Hours",
    "Learned",
    "Learning",
    "LearningRule",
    "Logger",
    "Muon",
    "RateSchedule",
    "Recipe",
    "ScoreTable",
    "StepRecipe",
    "TensorBoard",
    "Trainer",
    "TrainerResult",
    "TrainingBacktracking",
    "TrainingProgress",
    "TrainingSession",
    "TrainingSteps",
    "WarmupStableDecay",
    "adam",
    "finetune",
    "fit",
    "hold_out",
    "self_supervised_loss",
    "test",
]

_HOMES = {
    "preimage.training.adversarial": ("AdversarialTrainer",),
    "preimage.training.budget": ("Budget", "Epochs", "Hours", "TrainingSteps"),
    "preimage.training.finetuning": ("finetune", "self_supervised_loss"),
    "preimage.training.held_out": ("HeldOutPart", "hold_out"),
    "preimage.training.learning": ("Learning", "adam"),
    "preimage.training.loggers": ("Logger", "TensorBoard"),
    "preimage.training.scores": ("ScoreTable", "test"),
    "preimage.training.trainer": ("Trainer", "TrainerResult"),
    "preimage.training.backtracking": ("TrainingBacktracking",),
    "preimage.training.callbacks": ("Callback", "EachCheckpoint", "EachStep", "TrainingProgress"),
    "preimage.training.loop": ("FitResult", "LearningRule", "fit"),
    "preimage.training.muon": ("Muon",),
    "preimage.training.schedule": ("Cosine", "RateSchedule", "WarmupStableDecay"),
    "preimage.training.recipe": ("Learned", "Recipe", "TrainingSession", "StepRecipe"),
}


def __getattr__(name: str) -> Any:
    """Import what is asked for."""
    return lazy_name(__name__, name, _HOMES)


def __dir__() -> list[str]:
    return __all__
