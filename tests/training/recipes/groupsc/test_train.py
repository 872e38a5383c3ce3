import json
import math

import pytest
import torch
from safetensors.torch import load_file

from preimage.errors import ArgumentError, ImageFileError
from preimage.models.sparse import SC, GroupSC
from preimage.training import TrainingBacktracking, TrainingProgress
from preimage.training.recipes.groupsc import recipe as recipes
from preimage.training.recipes.groupsc import stage
from preimage.training.recipes.groupsc.recipe import GroupSCRecipe
from preimage.training.recipes.groupsc.train import train_groupsc
from tests.doubles import Killed

COVERS = ["preimage.training.recipes.groupsc.recipe"]

TINY = GroupSCRecipe(patch=4, atoms=6, n_steps=3, side=10, crops=2, patches=30, bfloat16=False)
STEPS = (7, 5, 2)


class Watcher(TrainingProgress):
    """Kills or stops after so many steps over all stages, and remembers what it was told."""

    def __init__(self, kill=math.inf, stop=math.inf):
        self.kill = kill
        self.stop = stop
        self.told = []
        self.seen = []
        self.returned = []

    def begins(self, stage, steps):
        self.told.append((stage, steps))

    def on_step(self, step, loss):
        self.seen.append(step)
        if len(self.seen) >= self.kill:
            raise Killed

    def on_return(self, step, returns):
        self.returned.append(step)

    def stops(self):
        return len(self.seen) >= self.stop


@pytest.fixture
def diverging(monkeypatch):
    """Every fourth batch has no finite loss, so that each stage but the last goes back."""
    plain = stage.loss_of

    def loss_of(model, batch, bfloat16):
        return plain(model, batch, bfloat16) * (math.nan if int(batch.clean.sum() * 1000) % 4 == 0 else 1)

    monkeypatch.setattr(stage, "loss_of", loss_of)


def weights(out, name="groupsc-grey"):
    return load_file(out / f"{name}.safetensors")


def same(a, b):
    return set(a) == set(b) and all(torch.equal(a[name], b[name]) for name in a)


def test_killed_anywhere_it_goes_on_bit_for_bit(photographs, tmp_path, diverging):
    """Eight kills and two stops on the way through all three stages, with returns on both sides of them."""
    watcher = Watcher()
    train_groupsc(photographs, tmp_path / "whole", TINY, length=STEPS, progress=watcher)
    assert len(watcher.seen) == sum(STEPS)
    assert watcher.returned
    for kill in (1, 3, 2, 4, 1, 2, 5, 1):
        with pytest.raises(Killed):
            train_groupsc(photographs, tmp_path / "cut", TINY, length=STEPS, progress=Watcher(kill))
    for _ in range(2):
        assert train_groupsc(photographs, tmp_path / "cut", TINY, progress=Watcher(stop=1)) is None
    assert train_groupsc(photographs, tmp_path / "cut", TINY) == tmp_path / "cut" / "groupsc-grey.safetensors"
    assert same(weights(tmp_path / "whole"), weights(tmp_path / "cut"))


def test_a_stage_starts_where_the_one_before_ended(photographs, tmp_path):
    watcher = Watcher(stop=8)
    train_groupsc(photographs, tmp_path / "out", TINY, length=STEPS, validate=photographs, progress=watcher)
    assert watcher.told == [("1-sc", 7), ("2-group", 5)]
    first = torch.load(tmp_path / "out" / "1-sc" / "checkpoint.pt", weights_only=True)
    second = torch.load(tmp_path / "out" / "2-group" / "checkpoint.pt", weights_only=True)
    start = second["kept"]["state"]["network"]
    assert all(torch.equal(start[name], value) for name, value in first["ema"].items())
    assert torch.equal(start["initial"], load_file(tmp_path / "out" / "start.safetensors")["initial"])
    header = (tmp_path / "out" / "1-sc" / "log.csv").read_text().splitlines()[0]
    assert header == "step,seconds,loss,rate,learning_rate,gradient_norm,psnr"


def test_what_is_written_loads_into_the_model(photographs, tmp_path):
    train_groupsc(photographs, tmp_path / "out", TINY, length=(1, 1, 1))
    levels = TINY.degradation.levels
    GroupSC(1, 4, 6, 3, levels).load_state_dict(weights(tmp_path / "out"))
    plan = json.loads((tmp_path / "out" / "plan.json").read_text())
    assert plan["steps"] == {"1-sc": 1, "2-group": 1, "3-group": 1}
    assert not list((tmp_path / "out").rglob("*.part"))


@pytest.mark.parametrize("task", ["colour", "mosaic", "jpeg", "blind"])
def test_every_task_trains(photographs, tmp_path, task):
    recipe = GroupSCRecipe(task, patch=4, atoms=6, n_steps=2, side=8, crops=1, patches=20, bfloat16=False)
    out = train_groupsc(photographs, tmp_path / "out", recipe, length=(1, 1, 1))
    assert out is not None
    assert all(bool(value.isfinite().all()) for value in load_file(out).values())


def test_the_baseline_is_sc_in_as_many_stages(photographs, tmp_path):
    recipe = GroupSCRecipe(sc=True, patch=4, atoms=6, n_steps=2, side=8, crops=1, patches=20, bfloat16=False)
    train_groupsc(photographs, tmp_path / "out", recipe, length=(1, 1, 1))
    SC(1, 4, 6, 2, recipe.degradation.levels).load_state_dict(weights(tmp_path / "out", "sc-grey"))


def test_a_start_from_weights(photographs, tmp_path):
    """With rates that are nothing the weights stay, similarity included; a start from others is another training."""
    train_groupsc(photographs, tmp_path / "first", TINY, length=(2, 2, 1))
    given = tmp_path / "first" / "groupsc-grey.safetensors"
    state = weights(tmp_path / "first")
    train_groupsc(photographs, tmp_path / "next", TINY, length=(1, 1, 1), start=given, progress=Watcher())
    assert same(load_file(tmp_path / "next" / "start.safetensors"), state)
    begun = torch.load(tmp_path / "next" / "2-group" / "checkpoint.pt", weights_only=True)["kept"]["state"]["network"]
    assert torch.equal(begun["scale"], state["scale"])
    with pytest.raises(ArgumentError, match="another start"):
        train_groupsc(photographs, tmp_path / "next", TINY)


def test_a_duration_is_planned_by_timing(photographs, tmp_path, monkeypatch):
    monkeypatch.setattr("preimage.training.recipes.groupsc.train.seconds_per_step", lambda *_: 100.0)
    watcher = Watcher(stop=1)
    train_groupsc(photographs, tmp_path / "out", TINY, length=10_000.0, progress=watcher)
    planned = json.loads((tmp_path / "out" / "plan.json").read_text())
    for (name, steps), share in zip(planned["steps"].items(), (0.35, 0.35, 0.3), strict=True):
        assert 100 * share - 2 <= steps <= 100 * share, name
    train_groupsc(photographs, tmp_path / "out", TINY, length=10_000.0, progress=Watcher(stop=1))
    assert json.loads((tmp_path / "out" / "plan.json").read_text()) == planned


def test_what_is_refused(photographs, tmp_path):
    train_groupsc(photographs, tmp_path / "out", TINY, length=STEPS, progress=Watcher(stop=1))
    with pytest.raises(ArgumentError, match="another seed"):
        train_groupsc(photographs, tmp_path / "out", GroupSCRecipe(**{**vars(TINY), "seed": 1}))
    with pytest.raises(ArgumentError, match="other steps"):
        train_groupsc(photographs, tmp_path / "out", TINY, length=(7, 5, 3))
    (tmp_path / "out" / "plan.json").unlink()
    with pytest.raises(ArgumentError, match="new folder"):
        train_groupsc(photographs, tmp_path / "out", TINY, length=STEPS)
    with pytest.raises(ArgumentError, match="`length` must be given"):
        train_groupsc(photographs, tmp_path / "new", TINY)
    with pytest.raises(ArgumentError, match="3 positive numbers"):
        train_groupsc(photographs, tmp_path / "new", TINY, length=(1, 1))
    with pytest.raises(ImageFileError, match="at least 56x56 pixels, got 36x40"):
        train_groupsc(photographs, tmp_path / "new", GroupSCRecipe(), length=(1, 1, 1))
    (tmp_path / "file").write_text("")
    with pytest.raises(ArgumentError, match="can be made"):
        train_groupsc(photographs, tmp_path / "file", TINY, length=(1, 1, 1))
    assert not (tmp_path / "new").exists()


def test_the_stages_of_the_defaults():
    names = [
        (part.name, part.grouped, part.stride, part.stage.batch, part.stage.side) for part in GroupSCRecipe().parts()
    ]
    assert names == [("1-sc", False, 4, 16, 56), ("2-group", True, 4, 16, 56), ("3-group", True, 2, 8, 48)]
    for sc in (False, True):
        parts = GroupSCRecipe(sc=sc, seed=2).parts()
        assert sum(part.share for part in parts) == pytest.approx(1.0)
        assert len({part.stage.seed for part in parts}) == len(parts)
        assert all(part.stage.backtracking == TrainingBacktracking() for part in parts)
    assert recipes.GroupSCRecipe().model(GroupSCRecipe().parts()[2]).patch_stride == 2
    assert [part.stride for part in GroupSCRecipe("mosaic").parts()] == [3, 3, 3]
