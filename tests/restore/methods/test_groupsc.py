from dataclasses import dataclass
from typing import ClassVar

import pytest
import torch

from preimage.errors import CapabilityError
from preimage.files.samples.sampling import Sampling
from preimage.models.sparse import GroupSC, Search
from preimage.physics import Demosaicing, LinearPhysics
from preimage.restore.frame.task import Problem
from preimage.restore.methods.groupsc import ByGroupSC
from preimage.restore.methods.in_range import InRange
from preimage.restore.methods.patch_model import PatchModel
from tests.restore.frame.test_task import Shaded


@dataclass(frozen=True)
class Mosaic(Shaded):
    artefact: ClassVar[str] = "mosaic"
    period: ClassVar[int] = 2

    def witness(self) -> LinearPhysics | None:
        return Demosaicing("RGGB") if self.factor > 1 else None


@dataclass(frozen=True)
class Blocks(Shaded):
    artefact: ClassVar[str] = "jpeg"


MODEL = GroupSC(3, 3, 6, 2, (0.05, 0.1), search=Search(window=5, patch_stride=3)).eval()


def test_weights_are_those_of_the_artefact() -> None:
    method = ByGroupSC()
    assert [method.weights(Shaded(), n) for n in (1, 3)] == ["groupsc-grey", "groupsc-color"]
    assert (method.weights(Mosaic(), 3), method.weights(Blocks(), 1)) == ("groupsc-mosaic", "groupsc-jpeg")


def test_below_its_training_the_error_of_jpeg_falls_with_the_level_and_noise_with_its_square() -> None:
    powers = [ByGroupSC().applied(task, MODEL) for task in (Shaded(), Blocks())]
    assert [power.power for power in powers if isinstance(power, InRange)] == [2, 1]


def test_a_mosaic_is_reconstructed_from_its_samples() -> None:
    applied = ByGroupSC().applied(Mosaic(), MODEL)
    assert isinstance(applied, PatchModel)
    assert (applied.model, applied.period) == (MODEL, 2)
    problem = Problem(torch.rand(1, 1, 4, 6), Demosaicing("RGGB"))
    assert torch.equal(ByGroupSC().first(problem), problem.physics.A_adjoint(problem.y))
    with pytest.raises(CapabilityError, match="must have a witness"):
        ByGroupSC().applied(Mosaic(1.0), MODEL)


def test_no_noise_is_assumed_in_a_mosaic_and_what_there_is_told() -> None:
    rng = torch.Generator().manual_seed(0)
    clean = torch.full((1, 64, 64), 0.5)
    noisy = clean + 0.1 * torch.randn(clean.shape, generator=rng)
    level = ByGroupSC().level(Mosaic(), clean, None, Sampling())
    assert (level.value, level.origin, level.notes) == (0.0, "assumed", ())
    told = ByGroupSC().level(Mosaic(), noisy, None, Sampling())
    assert told.value == 0.0
    assert "groupsc removes no noise, but there is some" in told.notes[0]
    given = ByGroupSC().level(Mosaic(), clean, 0.02, Sampling())
    assert (given.value, given.origin, len(given.notes)) == (0.02, "given", 1)
    assert ByGroupSC().level(Shaded(), clean, 0.02, Sampling()).notes == ()


def test_fainter_noise_than_in_training_is_no_reason_to_warn() -> None:
    model = GroupSC(1, 3, 6, 2, (0.05, 0.1), search=Search(window=5, patch_stride=3))
    assert ByGroupSC().range_notes(Shaded(), model, 0.01) == []
    assert "outside" in ByGroupSC().range_notes(Blocks(), model, 0.01)[0]
    assert ByGroupSC().range_notes(Mosaic(), model, 0.7) == []
