from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from preimage.physics import LinearPhysics
from preimage.reconstructor import Reconstructor
from preimage.restore.frame.level import Level
from preimage.restore.frame.method import Method
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Task
from preimage.restore.frame.work import Job
from tests.restore.frame.test_task import Shaded


class Times(Reconstructor):
    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, y: Tensor, physics: LinearPhysics) -> Tensor:  # pyright: ignore
        return self.factor * physics.A_adjoint(y)


@dataclass(frozen=True)
class Gain(Method):
    """The picture times a gain and the level."""

    gain: float = 0.5

    name: ClassVar[str] = "gain"

    def reconstructor(self, task: Task, physics: LinearPhysics, level: Level) -> Reconstructor:
        return Times(self.gain * level.value)


Y = torch.rand(1, 1, 4, 5, generator=torch.Generator().manual_seed(0))


def job(settings: Settings) -> Job:
    return Job((Y.shape[1:],), settings, None, None, torch.device("cpu"), None, lambda x: x)


def test_a_method_with_a_reconstructor_restores_whole_pictures() -> None:
    session = Gain(0.25).begin(Shaded(), job(Settings()))
    outcome = session.solve(Y.requires_grad_(), Level(2.0, "given"))
    torch.testing.assert_close(outcome.x, 0.5 * Y)
    assert not outcome.x.requires_grad
    assert outcome.reason.kind == "one_pass"
    assert (outcome.share, outcome.history) == (1.0, None)
    assert session.entries([]) == {"steps": None}


def test_its_fields_come_back_from_a_record() -> None:
    assert Gain(0.25).options() == {"method": "gain", "gain": 0.25}
    assert Gain.recorded({"gain": 0.25, "sigma": 0.1}, {}) == Gain(0.25)
    assert Gain.recorded({}, {}) == Gain()
    assert Gain().settled({}, {}, 0.3) == {"sigma": 0.3}


def test_it_goes_by_the_level_of_the_task() -> None:
    assert Gain().level(Shaded(), Y[0], 0.3, None) == Level(0.3, "given")  # pyright: ignore
