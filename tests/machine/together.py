"""What ``test_processes`` runs alone, and in two processes with the variables of torchrun: ``together.py OUT``."""

import copy
import math
import multiprocessing
import os
import sys
from pathlib import Path

import torch
from torch import nn

from preimage.datasets import TensorDataset
from preimage.machine import processes
from preimage.models.sparse import GroupSC, Search
from preimage.training import Callback, Learning, LearningRule, TrainingBacktracking, WarmupStableDecay, fit
from preimage.training.recipes.groupsc.degradations import Noisy
from preimage.training.recipes.groupsc.stage import Stage, step_loss
from preimage.training.step import Objective
from tests.training import problems

STEPS = 9


class LastProcessStops(Callback):
    """The last process asks to stop after two steps."""

    def __init__(self):
        self.asked = []

    def stops(self):
        self.asked.append(True)
        return len(self.asked) == 2 and processes.rank() == processes.count() - 1


def loss(network, step):
    """The mean over this process's crops of six; in step 5 that of the first crop is not a number."""
    rng = torch.Generator().manual_seed(step)
    x = torch.rand(6, 3, generator=rng, dtype=torch.float64)
    first = torch.tensor([math.nan if step == 5 else 0.0, 0, 0, 0, 0, 0])
    return ((network(x) - x).square().mean(-1) + first)[processes.share(6)].mean()


def trained(out):
    """A network that was stopped after two steps, resumed, and went back once."""
    torch.manual_seed(processes.rank())  # the first process's start is that of all
    network = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 3)).double()
    averaged = copy.deepcopy(network)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    schedule = WarmupStableDecay(STEPS, warmup=1)
    rule = LearningRule([optimizer], schedule, backtracking=TrainingBacktracking(every=2))
    for callbacks in ([LastProcessStops()], []):
        result = fit(network, loss, rule, out, ema=averaged, checkpoint_every=4, callbacks=callbacks)
        assert result.step == (2 if callbacks else STEPS)
    return {"network": network.state_dict(), "ema": averaged.state_dict()}


def trainer(out):
    """What a Trainer gives: batches of four in two parts, measured anew in every epoch, with its best weights."""
    data = TensorDataset(torch.rand(6, 1, 8, 8, generator=torch.Generator().manual_seed(0), dtype=torch.float64))
    torch.manual_seed(processes.rank())
    one = problems.trainer(
        model=problems.Smooth().double(), train=data, validation=data, learning=Learning(1e-2, accumulate=2)
    )
    found = one.fit(out)
    last, best = found.last.state_dict(), found.model.state_dict()
    return {**{f"last.{name}": value for name, value in last.items()}, **{f"best.{n}": v for n, v in best.items()}}


def gradients():
    """Of a small GroupSC, one of whose parameters is not used, for a batch of four crops."""
    task = Noisy(1, (0.02, 0.1))
    network = GroupSC(1, 3, 6, 2, task.levels, search=Search(window=4, refresh=2, patch_stride=2))
    images = [torch.randint(0, 256, (1, 20, 24), generator=torch.Generator().manual_seed(0)).to(torch.uint8)]
    stage = Stage(1, batch=4, side=10, bfloat16=False)
    objective = processes.parallel(Objective(network, [step_loss(task, images, stage)]))
    objective(0, 0)[0].backward()
    return {name: p.grad for name, p in network.named_parameters() if p.grad is not None}


def main(out):
    torch.set_num_threads(1)
    with processes.join() as device:
        told = processes.from_first({"rank": processes.rank(), "device": device})
        held = {
            **trained(out),
            "trainer": trainer(out / "trainer"),
            "gradients": gradients(),
            "told": told,
            "count": processes.count(),
        }
        torch.save(held, out / f"{processes.rank()}.pt")


def join(rank, out):
    """One of the two processes, which torchrun would have started with these variables."""
    os.environ.update(RANK=str(rank), LOCAL_RANK=str(rank))
    main(out)


if __name__ == "__main__":  # forked where that is possible: imports take longer than all the rest
    import torch._dynamo  # of which optimizers make use at their first step

    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
    both = [context.Process(target=join, args=(number, Path(sys.argv[1]))) for number in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join()
    sys.exit(any(process.exitcode for process in both))
