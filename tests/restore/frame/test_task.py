from dataclasses import dataclass
from typing import ClassVar

import pytest
import torch

from preimage.blind.light import Light
from preimage.files.samples.sampling import Sampling
from preimage.physics import Denoising
from preimage.restore.frame.level import Level
from preimage.restore.frame.task import Problem, Task


@dataclass(frozen=True)
class Shaded(Task):
    """A task with an option."""

    factor: float = 2.0

    name: ClassVar[str] = "shaded"

    def problem(self, y: torch.Tensor, sigma: float | None) -> Problem:
        return Problem(y, Denoising(), sigma or 0.0)


@dataclass(frozen=True)
class Inverted(Shaded):
    inverts: ClassVar[bool] = True


Y = torch.rand(1, 1, 4, 5, generator=torch.Generator().manual_seed(0))


def test_a_problem_starts_from_what_was_measured_and_is_finished_as_it_is() -> None:
    problem = Shaded().problem(Y, 0.1)
    assert torch.equal(problem.start(problem.y, problem.physics), Y)
    assert problem.finish(Y) is Y
    assert problem.unclip(Y, 0.1, 0.2) is Y


def test_options_come_back_from_a_record() -> None:
    task = Shaded.of("a.png", {"factor": 3.0})
    assert task.options() == {"factor": 3.0}
    settings = {"factor": 3.0, "sigma": "auto"}
    assert Shaded.of("a.png", Shaded.recorded(settings, {})) == task
    assert Shaded.recorded_sigma({}, {"sigma_before_strength": 0.2}) == 0.2
    assert Shaded.recorded_sigma({}, {}) == "auto"


def test_the_level_is_that_of_the_user_or_of_the_picture() -> None:
    assert Shaded().level(Y[0], 0.3, Sampling()) == Level(0.3, "given")
    noisy = 0.5 + 0.1 * torch.randn(1, 64, 64, generator=torch.Generator().manual_seed(0))
    assert Shaded().level(noisy, None, Sampling()).value == pytest.approx(0.1, rel=0.1)
    flat = torch.full((1, 64, 64), 0.5)
    coarse = Sampling(step=0.1)
    assert Shaded().level(flat, None, coarse).value == 0
    assert Inverted().level(flat, None, coarse).value > 0  # what rounding hides would be amplified


def test_levels_are_told_in_words_and_in_the_record() -> None:
    level = Level(0.1, "estimated", light=Light(0.01, 0.02))
    assert Shaded().describe(Level(0.1, "given"), 1) == "noise level 0.1000 (25.50/255), given"
    assert (
        Shaded().describe(level, 2.0)
        == "noise level 0.2000 (51.00/255), estimated, of light (variance 0.01 x + 0.02^2), times 2"
    )
    assert Shaded().entries(level, 2.0) == {"sigma_before_strength": 0.1, "sigma": 0.2}


def test_levels_outside_the_training_are_told() -> None:
    assert Shaded().range_notes(0.1, 0.0, 0.2) == []
    assert Shaded().range_notes(0.2, 0.0, 0.2) == []
    (note,) = Shaded().range_notes(0.3, 0.0, 0.2)
    assert note.startswith("noise level 0.3000 (76.50/255) is outside 0.0000 (0.00/255) to 0.2000 (51.00/255)")


def test_nothing_else_is_assumed() -> None:
    task = Shaded()
    assert (task.blind(), task.hidden(), task.guide(), task.witness()) == (task, None, None, None)
    assert (task.scale(), task.share_seen(), task.canvas(4, 5), task.channels(3), task.planes(3)) == (
        1, 1.0, (4, 5), 3, (6, 0),
    )  # fmt: skip
    assert task.repair(Y) == (Y, [])
