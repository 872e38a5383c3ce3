"""Measurements simulated when a sample is asked for."""

from dataclasses import dataclass, replace

import torch
from typing_extensions import Self

from preimage._tree import tree_map
from preimage.datasets.dataset import Dataset
from preimage.datasets.draws import generator_of
from preimage.datasets.sample import Sample
from preimage.errors import ArgumentError
from preimage.physics import Physics
from preimage.physics.generators import ParameterGenerator

__all__ = ["Simulated"]


@dataclass(frozen=True, eq=False)
class Simulated(Dataset):
    """Images of a dataset with measurements ``y = physics(x, **params)``, simulated when they are asked for.

    Noise and parameters of sample ``i`` in epoch ``e`` come from a generator of their own, seeded by the seed, ``e``
    and ``i``.

    Args:
        dataset: images ``x``; measurements that it has are replaced.
        physics: the forward model, noise included.
        generator: the law of random parameters of the physics or its noise, drawn for each sample; none by default.
        seed: the seed of noise and parameters.
        fresh: whether each epoch has images, noise and parameters of its own; else all epochs are the same, as with
            real data, of which there is one noisy copy. Random patches of that copy are cut around it:
            ``PatchDataset(Simulated(images, physics, fresh=False), 64)``.
        epoch: the number of the epoch; :meth:`at_epoch` sets it.
    """

    dataset: Dataset
    physics: Physics
    generator: ParameterGenerator | None = None
    seed: int = 0
    fresh: bool = True
    epoch: int = 0

    def __len__(self) -> int:
        """The number of images."""
        return len(self.dataset)

    def sample(self, index: int) -> Sample:
        """The image, its measurement, and the parameters that were drawn for it.

        Raises:
            ArgumentError: the dataset has no image there.
        """
        whole = self.dataset[index]
        if whole.x is None:
            raise ArgumentError(f"`dataset` must hold images to measure, got none in sample {index}; give it some.")
        return measure(whole, self.physics, self.generator, generator_of("simulation", self.seed, self.epoch, index))

    def at_epoch(self, epoch: int) -> Self:
        """Fresh noise and parameters, unless ``fresh`` is false."""
        return replace(self, dataset=self.dataset.at_epoch(epoch), epoch=epoch) if self.fresh else self


def measure(whole: Sample, physics: Physics, generator: ParameterGenerator | None, rng: torch.Generator) -> Sample:
    """The sample with the measurement of its image, and with the parameters drawn for it beside its own."""
    assert whole.x is not None
    x = whole.x[None]
    drawn = {} if generator is None else generator(1, rng, x.real.dtype)
    given = {name: value[None] for name, value in whole.params.items() if name not in drawn}
    with torch.no_grad():
        y = physics(x, rng=rng, **given, **drawn)
    params = {name: value[0] for name, value in {**given, **drawn}.items()}
    return Sample(whole.x, tree_map(lambda leaf: leaf[0], y), params)
