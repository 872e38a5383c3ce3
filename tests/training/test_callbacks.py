import copy
import csv

import torch
from torch import nn

from preimage.training import Callback, EachCheckpoint, EachStep, LearningRule, WarmupStableDecay, fit


def loss(network, step):
    return (network(torch.ones(1, 2)) - step).square().mean()


def run(out, *callbacks, steps=6):
    torch.manual_seed(0)
    network = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    return fit(
        network,
        loss,
        LearningRule([optimizer], WarmupStableDecay(steps)),
        out,
        ema=copy.deepcopy(network),
        checkpoint_every=2,
        callbacks=callbacks,
    )


class StopAfter(Callback):
    def __init__(self, steps):
        self.steps = steps
        self.seen = []

    def on_step(self, step, loss):
        self.seen.append(step)

    def stops(self):
        return self.seen[-1] == self.steps


def test_all_are_told_in_order(tmp_path):
    told = []
    run(
        tmp_path,
        EachStep(lambda step, value: told.append(("step", step))),
        EachCheckpoint(lambda step, ema: told.append(("checkpoint", step)) or {"a": 1.0}),
        EachCheckpoint(lambda step, ema: {"b": float(ema.bias.detach())}),
    )
    assert [step for what, step in told if what == "step"] == [1, 2, 3, 4, 5, 6]
    assert told[2] == ("checkpoint", 2)
    with (tmp_path / "log.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["step", "seconds", "loss", "rate", "learning_rate", "gradient_norm", "a", "b"]
    assert [row["a"] for row in rows] == ["1.0", "1.0", "1.0"]


def test_one_that_stops_leaves_a_checkpoint(tmp_path):
    stop = StopAfter(3)
    result = run(tmp_path, stop, Callback())
    assert (result.step, result.finished, stop.seen) == (3, False, [1, 2, 3])
    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["step"] == 3
    assert run(tmp_path).finished


def test_the_loss_told_is_that_before_the_step(tmp_path):
    values = []
    run(tmp_path, EachStep(lambda step, value: values.append(value)), steps=1)
    torch.manual_seed(0)
    network = nn.Linear(2, 1)
    assert values == [loss(network, 0).item()]
