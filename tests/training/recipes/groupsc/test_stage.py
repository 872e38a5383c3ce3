import copy

import torch

from preimage.models.sparse import SC, GroupSC, Search
from preimage.training import EachStep
from preimage.training.recipes.groupsc.degradations import DegradedCrops, Noisy
from preimage.training.recipes.groupsc.stage import Stage, loss_of, optimizers, run_stage
from tests.doubles import Killed

TASK = Noisy(1, (0.02, 0.1))


def small():
    return GroupSC(1, 3, 6, 4, TASK.levels, search=Search(window=4, refresh=2, patch_stride=2))


def images():
    return [torch.randint(0, 256, (1, 20, 24), generator=torch.Generator().manual_seed(0)).to(torch.uint8)]


def test_the_loss_by_hand():
    """A 4x4 block of 3x3 patches: its pixels are in 1, 2 or 4 of the four."""
    counts = torch.tensor([1.0, 2, 2, 1])
    weight = counts[:, None] * counts / 4
    draw = torch.Generator().manual_seed(0)
    clean, y = torch.rand(2, 1, 4, 4, generator=draw), torch.rand(2, 1, 4, 4, generator=draw)
    model, level = SC(1, 3, 6, 2, TASK.levels), torch.tensor([0.05, 0.1])
    error = (weight * (model.estimate(y, level) - clean)).square().mean((1, 2, 3)).sqrt()
    loss = loss_of(model, DegradedCrops(clean, y, level), bfloat16=False)
    torch.testing.assert_close(loss, error.mean(), rtol=1e-5, atol=0)


def test_every_parameter_has_one_optimizer():
    model = small()
    owned = [id(p) for opt in optimizers(model, Stage(1)) for group in opt.param_groups for p in group["params"]]
    assert sorted(owned) == sorted(id(p) for p in model.parameters())


def test_training_lowers_the_loss_and_ends_with_the_average(tmp_path):
    model, losses = small(), []
    stage = Stage(60, batch=4, side=12, matrix_rate=0.02, bfloat16=False)
    run_stage(model, TASK, images(), stage, tmp_path, callbacks=[EachStep(lambda step, loss: losses.append(loss))])
    assert sum(losses[-10:]) < 0.95 * sum(losses[:10])
    saved = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert all(torch.equal(value, saved["ema"][name]) for name, value in model.state_dict().items())
    assert not torch.equal(saved["ema"]["encoder"], saved["network"]["encoder"])


def test_killed_in_bfloat16_it_goes_on_bit_for_bit(tmp_path):
    def kill(step, loss):
        if step == 4:
            raise Killed

    start, stage = small(), Stage(6, batch=2, side=10)
    whole, cut = copy.deepcopy(start), copy.deepcopy(start)
    run_stage(whole, TASK, images(), stage, tmp_path / "whole", checkpoint_every=2)
    try:
        run_stage(
            copy.deepcopy(start),
            TASK,
            images(),
            stage,
            tmp_path / "cut",
            checkpoint_every=3,
            callbacks=[EachStep(kill)],
        )
    except Killed:
        run_stage(cut, TASK, images(), stage, tmp_path / "cut", checkpoint_every=3)
    assert all(torch.equal(a, b) for a, b in zip(whole.state_dict().values(), cut.state_dict().values(), strict=True))
    assert not torch.equal(whole.scale, start.scale)
