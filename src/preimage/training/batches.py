"""Which samples a step sees."""

from preimage.datasets import Batch, Dataset, collate
from preimage.datasets.draws import random_order

__all__ = ["batch_of_step", "samples_of_step"]


def samples_of_step(count: int, batch: int, seed: int, step: int) -> list[tuple[int, int]]:
    """The epoch and the index of each sample of a step, of ``count`` samples.

    Every epoch has all samples once, in an order of its own; a batch may hold the last of one epoch and the first of
    the next.
    """
    first = step * batch
    places = [divmod(first + n, count) for n in range(batch)]
    orders = {epoch: random_order(count, "training order", seed, epoch) for epoch in {place[0] for place in places}}
    return [(epoch, orders[epoch][place]) for epoch, place in places]


def batch_of_step(dataset: Dataset, places: list[tuple[int, int]]) -> Batch:
    """The samples at these epochs and indices, side by side."""
    epochs = {epoch: dataset.at_epoch(epoch) for epoch, _ in places}
    return collate([epochs[epoch][index] for epoch, index in places])
