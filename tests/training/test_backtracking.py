import copy
import csv
import math

import pytest
import torch
from torch import nn

from preimage.errors import ArgumentError, ConvergenceError
from preimage.training import Callback, EachStep, LearningRule, Muon, TrainingBacktracking, WarmupStableDecay, fit
from preimage.training.checkpoint import Trained
from tests.doubles import Killed


class Returns(Callback):
    def __init__(self):
        self.seen = []

    def on_return(self, step, returns):
        self.seen.append((step, returns))


def make_network():
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(4, 4, bias=False), nn.Linear(4, 4))


def make_optimizers(network):
    return [Muon([network[0].weight], lr=0.02), torch.optim.Adam(network[1].parameters(), lr=1e-2)]


def loss(network, step):
    """From step 8 to 11 the aim is another, which makes the training worse; step 13 has no finite loss."""
    rng = torch.Generator().manual_seed(step)
    x = torch.rand(2, 4, generator=rng)
    if step == 13:
        return network(x).sum() * math.nan
    return (network(x) - (5 if 8 <= step < 12 else 1) * x).square().mean().sqrt()


def run(out, steps=24, rule=TrainingBacktracking(every=4, tolerance=1.0), **options):  # noqa: B008
    network = make_network()
    ema = copy.deepcopy(network)
    told = Returns()
    callbacks = [told, *options.pop("callbacks", [])]
    fit(
        network,
        loss,
        LearningRule(make_optimizers(network), WarmupStableDecay(steps, warmup=1), backtracking=rule),
        out,
        ema=ema,
        checkpoint_every=5,
        callbacks=callbacks,
        **options,
    )
    return network, ema, told.seen


def same(a, b):
    return all(torch.equal(x, y) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True))


def test_it_goes_back_where_the_loss_rose_and_where_it_is_not_finite(tmp_path):
    _, _, returns = run(tmp_path)
    assert returns == [(12, 1), (14, 2)]
    with (tmp_path / "log.csv").open(newline="") as file:
        rates = {int(row["step"]): float(row["rate"]) for row in csv.DictReader(file)}
    # the rate of the step before: constant until 70 % of 24 steps, halved by every return
    assert [rates[step] for step in (5, 10, 15)] == [1.0, 1.0, 0.25]


def test_the_kept_state_comes_back_to_the_bit(tmp_path):
    """Weights, their average and the optimizers' memory after the return are those of the last comparison."""
    states = {}

    def store(step, value):
        held = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
        states[step] = {name: held[name] for name in ("network", "ema", "optimizers")}

    network = make_network()
    fit(
        network,
        loss,
        LearningRule(
            make_optimizers(network),
            WarmupStableDecay(12, warmup=1, decay=0.01),
            backtracking=TrainingBacktracking(every=4),
        ),
        tmp_path,
        ema=copy.deepcopy(network),
        checkpoint_every=1,
        callbacks=[EachStep(lambda step, value: store(step - 1, value) if step > 1 else None)],
    )
    after = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert after["kept"]["returns"] == 1
    assert str(states[8]["network"]) == str(after["network"])
    assert str(states[8]["ema"]) == str(after["ema"])
    for before, now in zip(states[8]["optimizers"], after["optimizers"], strict=True):
        assert str(before["state"]) == str(now["state"])
    assert str(states[8]["network"]) != str(states[11]["network"])


@pytest.mark.parametrize("kills", [(3,), (6,), (9,), (11,), (12,), (13,), (14,), (15,), (17,), (2, 7, 12, 14, 16, 23)])
def test_a_killed_run_that_went_back_continues_bit_for_bit(tmp_path, kills):
    network, ema, _ = run(tmp_path / "whole")
    for kill in kills:

        def on_step(step, value, kill=kill):
            if step == kill:
                raise Killed

        with pytest.raises(Killed):
            run(tmp_path / "cut", callbacks=[EachStep(on_step)])
    resumed, resumed_ema, _ = run(tmp_path / "cut")
    assert same(network, resumed)
    assert same(ema, resumed_ema)


def test_sessions_that_end_anywhere_continue_bit_for_bit(tmp_path):
    network, ema, _ = run(tmp_path / "whole")
    for _ in range(24):
        resumed, resumed_ema, _ = run(tmp_path / "cut", time_budget=0.0)
    assert same(network, resumed)
    assert same(ema, resumed_ema)


def test_a_steady_training_is_that_without_backtracking(tmp_path):
    plain, ema, _ = run(tmp_path / "plain", steps=8, rule=None)
    watched, watched_ema, returns = run(tmp_path / "watched", steps=8)
    assert not returns
    assert same(plain, watched)
    assert same(ema, watched_ema)


def test_a_score_of_ones_own(tmp_path):
    scores = iter([3.0, 2.5, 1.9, 2.4])  # kept, kept, back (2.5 - 1.9 > 0.5), kept
    rule = TrainingBacktracking(every=2, tolerance=0.5, score=lambda step, ema: next(scores))
    assert run(tmp_path, steps=8, rule=rule)[2] == [(6, 1)]


def test_it_gives_up(tmp_path):
    rule = TrainingBacktracking(every=1, most=3, score=lambda step, ema: -100.0 * step)
    with pytest.raises(ConvergenceError, match=r"got worse 4 times up to step 5; lower"):
        run(tmp_path, rule=rule)


def test_the_score_is_minus_twenty_log10_of_the_mean_loss():
    network = make_network()
    trained = Trained(network, copy.deepcopy(network), tuple(make_optimizers(network)))
    rule = TrainingBacktracking(every=2)
    kept = rule.start(trained)
    for step, value in enumerate((0.05, 0.15), 1):
        kept = rule.after(kept, trained, step, value)
    assert kept.score == pytest.approx(20.0)
    assert (kept.total, kept.count, kept.returns) == (0.0, 0, 0)


@pytest.mark.parametrize("bad", [{"every": 0}, {"tolerance": -1.0}, {"factor": 1.0}, {"factor": 0.0}])
def test_bad_numbers(bad):
    with pytest.raises(ArgumentError, match=r"`every`, `tolerance`, `factor`"):
        TrainingBacktracking(**bad)
