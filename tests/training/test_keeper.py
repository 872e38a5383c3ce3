import math

import torch
from safetensors.torch import load_file

from preimage.loss import SupLoss
from preimage.training.keeper import Best, Selection, WeightsKeeper
from preimage.training.objective import ModelAndLoss
from tests.training.problems import smooth

COVERS = ["preimage.training.keeper"]


def test_which_score_is_preferred() -> None:
    best = Best(1.0, 3, {})
    up, down = (Selection(lambda step, averaged: {}, "a", higher, 1, 9) for higher in (True, False))
    assert [up.prefers(value, best) for value in (0.5, 1.0, 1.5, math.nan)] == [False, False, True, False]
    assert [down.prefers(value, best) for value in (0.5, 1.0, 1.5, math.nan)] == [True, False, False, False]
    assert [up.prefers(value, None) for value in (0.5, math.nan)] == [True, False]


def test_weights_are_copies_and_are_written_from_the_checkpoint(tmp_path) -> None:
    scores = {2: 1.0, 4: 3.0, 6: 2.0, 7: 2.5}
    keeper = WeightsKeeper(tmp_path, Selection(lambda step, _: {"a": scores[step]}, "a", True, 2, 7))
    averaged = ModelAndLoss(smooth(), SupLoss())
    for step in range(1, 8):
        with torch.no_grad():
            averaged.model.layers[0].bias.fill_(step)
        assert keeper.on_checkpoint(step, averaged) == ({"a": scores[step]} if step in scores else {})
    other = WeightsKeeper(tmp_path, keeper.selection)
    other.restore(keeper.state())
    other.on_written(7, averaged)
    assert (other.best.score, other.best.step) == (3.0, 4)
    assert float(load_file(tmp_path / "best.safetensors")["layers.0.bias"][0]) == 4
    assert float(load_file(tmp_path / "last.safetensors")["layers.0.bias"][0]) == 7
    other.restore({})
    assert other.best is None
