from dataclasses import dataclass
from typing import ClassVar

import pytest
import torch

from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError
from preimage.physics import Demosaicing
from preimage.restore.frame.level import Level
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Problem
from preimage.restore.methods.dpir import Dpir
from preimage.restore.methods.passes import Work
from tests.example import Mirror
from tests.restore.frame.test_task import Shaded


@dataclass(frozen=True)
class Enlarged(Shaded):
    times: int = 3

    def scale(self) -> int:
        return self.times


@dataclass(frozen=True)
class Mosaic(Shaded):
    artefact: ClassVar[str] = "mosaic"


def test_presets_are_those_of_what_is_missing() -> None:
    method = Dpir()
    assert [method.steps(task) for task in (Shaded(), Enlarged(), Mosaic())] == [8, 24, 40]
    assert method.preset(Enlarged(), Denoiser()).annealing.floor == 3 / 255
    with pytest.raises(ArgumentError, match="`factor` must be 2, 3 or 4 for dpir, got 8"):
        method.check(Enlarged(times=8), Settings())


def test_memory_counts_the_pictures_that_are_held() -> None:
    """Of one channel: the measurement and three pictures while the network runs; else nine planes."""
    running, resting = Dpir().footprint(Shaded(), torch.Size((1, 10, 12)))
    rows, columns = Shaded().canvas(10, 12)
    assert running == 4 * (120 + 3 * rows * columns)
    assert resting >= 4 * (120 + 8 * rows * columns)


def test_steps_and_strength_are_those_asked_for() -> None:
    @dataclass(frozen=True)
    class Seen(Shaded):
        def problem(self, y: torch.Tensor, sigma: float | None) -> Problem:
            assert sigma == pytest.approx(0.1)
            return Problem(y, Demosaicing(), sigma or 0.0)

    y = torch.rand(1, 1, 6, 6, generator=torch.Generator().manual_seed(0))
    level = Level(0.05, "given")
    outcome = Dpir().solve(Seen(), y, Mirror(), level, Work(strength=2.0, steps=3, trace=True))
    assert outcome.reason.step == 3
    assert outcome.x.shape == (1, 3, 6, 6)
