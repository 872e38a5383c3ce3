import pytest
import torch

from preimage.errors import ArgumentError
from preimage.models.sparse import SC
from preimage.training.recipes.groupsc.degradations import Noisy
from preimage.training.recipes.groupsc.plan import Plan, seconds_per_step, steps_within
from preimage.training.recipes.groupsc.stage import Stage

TRAINING = {"task": "grey", "seed": 0, "start": None}


def test_a_plan_is_read_as_it_was_written(tmp_path):
    plan = Plan(TRAINING, {"1-sc": 7, "2-group": 1}, 90.0)
    plan.write(tmp_path / "plan.json")
    assert Plan.read(tmp_path / "plan.json") == plan
    (tmp_path / "plan.json").write_text('{"steps": 3}')
    with pytest.raises(ArgumentError, match="plan of this program"):
        Plan.read(tmp_path / "plan.json")


def test_what_a_plan_goes_with():
    plan = Plan(TRAINING, {"1-sc": 7, "2-group": 1}, 90.0)
    plan.check(TRAINING, None)
    plan.check(TRAINING, 90.0)
    plan.check(TRAINING, [7, 1])
    with pytest.raises(ArgumentError, match="another seed, task; use a new folder"):
        plan.check({**TRAINING, "task": "jpeg", "seed": 1}, None)
    for length in (80.0, [7, 2]):
        with pytest.raises(ArgumentError, match=r"other steps \(1-sc 7, 2-group 1\)"):
            plan.check(TRAINING, length)


def test_steps_fill_their_share_of_the_time():
    assert steps_within(100.0, [0.35, 0.45, 0.2], [0.1, 0.9, 30.0]) == [350, 50, 1]


def test_timing_changes_nothing():
    model = SC(1, 3, 4, 2, (0.1,))
    images = [torch.zeros(1, 12, 12, dtype=torch.uint8)]
    before = {name: value.clone() for name, value in model.state_dict().items()}
    seconds = seconds_per_step(model, Noisy(1, (0.1,)), images, Stage(1, batch=2, side=8, bfloat16=False))
    assert 0 < seconds < 20
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
