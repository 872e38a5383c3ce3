import copy
import csv

import pytest
import torch
from torch import nn

from preimage.errors import ArgumentError, ConvergenceError, WeightsError
from preimage.training import Callback, EachCheckpoint, EachStep, LearningRule, Muon, WarmupStableDecay, fit, loop
from preimage.training.log import read_rows
from tests.doubles import Killed


def make_network():
    torch.manual_seed(3)
    return nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 4, 3, padding=1), nn.Conv2d(4, 1, 1))


def make_optimizers(network):
    return [Muon([network[2].weight], lr=0.02), torch.optim.AdamW([network[0].weight, network[3].weight], lr=1e-2)]


def loss(network, step):
    rng = torch.Generator().manual_seed(step)
    clean = torch.rand(2, 1, 8, 8, generator=rng)
    return (network(clean + 0.1 * torch.randn(clean.shape, generator=rng)) - clean).abs().mean()


def run(out, steps=12, **options):
    network = make_network()
    ema = copy.deepcopy(network)
    schedule = WarmupStableDecay(steps, warmup=3)
    result = fit(
        network,
        loss,
        LearningRule(make_optimizers(network), schedule),
        out,
        ema=ema,
        **{"checkpoint_every": 4, **options},
    )
    return result, network, ema


def run_killed_at(step, out):
    def on_step(done, value):
        if done == step:
            raise Killed

    with pytest.raises(Killed):
        run(out, callbacks=[EachStep(on_step)])


def same(a, b):
    return all(torch.equal(x, y) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True))


@pytest.mark.parametrize("step", range(1, 13))
def test_a_killed_run_continues_bit_for_bit(tmp_path, step):
    _, network, ema = run(tmp_path / "whole")
    run_killed_at(step, tmp_path / "cut")
    result, resumed, resumed_ema = run(tmp_path / "cut")
    assert result.finished
    assert result.step == 12
    assert same(network, resumed)
    assert same(ema, resumed_ema)


def test_a_run_killed_many_times_continues_bit_for_bit(tmp_path):
    _, network, ema = run(tmp_path / "whole")
    for step in (6, 7, 9, 11):
        run_killed_at(step, tmp_path / "cut")
    _, resumed, resumed_ema = run(tmp_path / "cut")
    assert same(network, resumed)
    assert same(ema, resumed_ema)
    saved = [torch.load(tmp_path / name / "checkpoint.pt", weights_only=True) for name in ("whole", "cut")]
    first, second = (state["optimizers"][0]["state"][0]["momentum"] for state in saved)
    assert torch.equal(first, second)


def test_time_budget_stops_with_a_checkpoint_and_the_next_session_continues(tmp_path):
    _, network, _ = run(tmp_path / "whole")
    sessions = 0
    while True:
        result, resumed, _ = run(tmp_path / "cut", time_budget=0.0)
        sessions += 1
        if result.finished:
            break
        assert result.step == sessions
    assert sessions == 12
    assert same(network, resumed)
    assert result.seconds > 0


def test_two_runs_agree_and_a_finished_one_does_nothing_more(tmp_path):
    _, first, _ = run(tmp_path / "a")
    _, second, _ = run(tmp_path / "b")
    assert same(first, second)
    steps = []
    result, third, _ = run(tmp_path / "b", callbacks=[EachStep(lambda step, value: steps.append(step))])
    assert result.finished
    assert not steps
    assert same(second, third)


def test_a_run_on_its_plateau_can_be_given_more_steps(tmp_path):
    _, network, _ = run(tmp_path / "long", steps=40)
    run(tmp_path / "short", steps=20, time_budget=0.0)
    _, resumed, _ = run(tmp_path / "short", steps=40)
    assert same(network, resumed)


def test_average_by_hand(tmp_path):
    """With zero gradient the weights stay, and so must their average; with one step it is a tenth of the way."""
    network = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(network.weight)
    ema = copy.deepcopy(network)
    optimizer = torch.optim.SGD(network.parameters(), lr=1.0)
    schedule = WarmupStableDecay(1, warmup=1, decay=1.0)
    fit(network, lambda net, step: -net(torch.ones(1, 1)).sum(), LearningRule([optimizer], schedule), tmp_path, ema=ema)
    assert network.weight.item() == pytest.approx(1.0)
    assert ema.weight.item() == pytest.approx(1 - 1 / 10)


def test_log_has_a_row_per_checkpoint(tmp_path):
    run(tmp_path, callbacks=[EachCheckpoint(lambda step, ema: {"score": 2.0 * step})])
    with (tmp_path / "log.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["step"] for row in rows] == ["4", "8", "12"]
    assert [float(row["score"]) for row in rows] == [8.0, 16.0, 24.0]


def test_gradients_are_clipped(tmp_path):
    network = nn.Linear(1, 1, bias=False)
    before = network.weight.item()
    optimizer = torch.optim.SGD(network.parameters(), lr=1.0)
    schedule = WarmupStableDecay(1, warmup=1, decay=1.0)
    steep = lambda net, step: 1e6 * net(torch.ones(1, 1)).sum()  # noqa: E731
    fit(network, steep, LearningRule([optimizer], schedule, clip=0.25), tmp_path, ema=copy.deepcopy(network))
    assert before - network.weight.item() == pytest.approx(0.25, abs=1e-5)


def test_a_loss_that_is_not_finite_stops_and_keeps_the_checkpoint(tmp_path):
    network = make_network()

    def diverging(net, step):
        return loss(net, step) * (float("nan") if step == 5 else 1.0)

    with pytest.raises(ConvergenceError, match="got nan at step 5"):
        fit(
            network,
            diverging,
            LearningRule(make_optimizers(network), WarmupStableDecay(8)),
            tmp_path,
            ema=copy.deepcopy(network),
            checkpoint_every=4,
        )
    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["step"] == 4


def test_a_checkpoint_of_another_network_is_refused(tmp_path):
    run(tmp_path)
    other = nn.Linear(2, 2)
    with pytest.raises(WeightsError, match="use a new folder"):
        fit(
            other,
            loss,
            LearningRule([torch.optim.SGD(other.parameters())], WarmupStableDecay(20)),
            tmp_path,
            ema=copy.deepcopy(other),
        )


def test_an_optimizer_is_needed(tmp_path):
    network = make_network()
    with pytest.raises(ArgumentError, match="at least one optimizer"):
        fit(network, loss, LearningRule([], WarmupStableDecay(4)), tmp_path, ema=copy.deepcopy(network))


def test_the_mean_of_several_losses_has_the_gradient_of_their_batch(tmp_path):
    """Two halves of a batch, one after the other, are the whole."""
    x = torch.rand(6, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)

    def half(start):
        return lambda net, step: ((net(x[start : start + 3]) - 1).square().mean(), {"half": torch.tensor(float(start))})

    networks = []
    for parts in (lambda net, step: (net(x) - 1).square().mean(), [half(0), half(3)]):
        network = nn.Linear(3, 1).double()
        nn.init.constant_(network.weight, 0.3)
        nn.init.zeros_(network.bias)
        rule = LearningRule([torch.optim.SGD(network.parameters(), lr=0.1)], WarmupStableDecay(5, 1))
        fit(network, parts, rule, tmp_path / str(len(networks)), ema=copy.deepcopy(network))
        networks.append(network)
    torch.testing.assert_close(networks[0].weight, networks[1].weight, rtol=0, atol=1e-14)
    assert read_rows(tmp_path / "1" / "log.csv")[0]["loss/half"] == "1.5"


def test_a_kill_between_the_log_and_the_checkpoint_leaves_no_row_twice(tmp_path, monkeypatch):
    run(tmp_path / "whole")

    def killed(*_):
        raise Killed

    with monkeypatch.context() as patched:
        run_killed_at(6, tmp_path / "cut")
        patched.setattr(loop, "write_checkpoint", killed)
        with pytest.raises(Killed):
            run(tmp_path / "cut")
    assert [row["step"] for row in read_rows(tmp_path / "cut" / "log.csv")] == ["4", "8"]
    run(tmp_path / "cut")
    whole, cut = (read_rows(tmp_path / name / "log.csv") for name in ("whole", "cut"))
    assert [{**row, "seconds": ""} for row in whole] == [{**row, "seconds": ""} for row in cut]


def test_what_callbacks_remember_is_kept_through_a_kill(tmp_path):
    class Counter(Callback):
        def __init__(self):
            self.steps = []

        def on_step(self, step, loss):
            self.steps.append(step)

        def state(self):
            return {"steps": list(self.steps)}

        def restore(self, state):
            self.steps.extend(state["steps"])

    with pytest.raises(Killed):
        run(
            tmp_path, callbacks=[Counter(), EachStep(lambda step, _: (_ for _ in ()).throw(Killed) if step == 7 else 0)]
        )
    counter = Counter()
    run(tmp_path, callbacks=[counter])
    assert counter.steps == list(range(1, 13))


def test_steps_that_overflow_in_float16_are_left_out_and_the_factor_is_kept(tmp_path):
    """The factor on the loss is 2^16 at first; a gradient that is infinite halves it and changes no weight."""
    network, weights = nn.Linear(1, 1, bias=False), []
    nn.init.ones_(network.weight)
    optimizer, scaler = torch.optim.SGD(network.parameters(), lr=0.1), torch.amp.GradScaler("cpu")
    told = EachStep(lambda *_: weights.append(float(network.weight.detach())))
    fit(
        network, lambda net, step: (net.weight * (1e36 if step == 0 else 1.0)).sum(),
        LearningRule([optimizer], WarmupStableDecay(3, 1, 0.01), scaler=scaler), tmp_path,
        ema=copy.deepcopy(network), callbacks=[told],
    )  # fmt: skip
    assert weights == pytest.approx([1.0, 0.9, 0.8], abs=1e-6)
    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["scaler"]["scale"] == 2.0**15
