from collections import Counter

import torch

from preimage.datasets import Simulated
from preimage.training.batches import batch_of_step, samples_of_step
from tests.training.problems import PHYSICS, images


def test_every_epoch_has_all_samples_once_in_another_order() -> None:
    seen = [place for step in range(7) for place in samples_of_step(10, 4, 0, step)]
    epochs = [[index for epoch, index in seen if epoch == number] for number in range(3)]
    assert [sorted(epoch) for epoch in epochs[:2]] == [list(range(10))] * 2
    assert epochs[0] != epochs[1]
    assert Counter(epoch for epoch, _ in seen) == {0: 10, 1: 10, 2: 8}
    assert samples_of_step(10, 4, 1, 0) != samples_of_step(10, 4, 0, 0)
    assert len(samples_of_step(3, 8, 0, 0)) == 8  # a batch may be larger than the data


def test_samples_are_those_of_their_epochs() -> None:
    data = Simulated(images(), PHYSICS)
    batch = batch_of_step(data, [(0, 2), (1, 2)])
    assert torch.equal(batch.x[0], batch.x[1])
    assert not torch.equal(batch.y[0], batch.y[1])
    assert torch.equal(batch.y[1], data.at_epoch(1)[2].y)
