"""Random phantoms as a dataset."""

from dataclasses import dataclass, replace

from typing_extensions import Self

from preimage.datasets.dataset import Dataset
from preimage.datasets.draws import generator_of
from preimage.datasets.ellipses import ellipse_batch
from preimage.datasets.sample import Sample
from preimage.errors import ArgumentError

__all__ = ["RandomEllipses"]


@dataclass(frozen=True, eq=False)
class RandomEllipses(Dataset):
    """Images of random ellipses, as :func:`ellipse_batch` draws them: training data of tomography without any pictures.

    Args:
        count: how many images an epoch has.
        size: height and width of an image.
        seed: the seed of the images.
        epoch: the number of the epoch; :meth:`at_epoch` sets it.

    Shapes: float32 (1, size, size), in [0, 1].

    Raises:
        ArgumentError: ``count`` is negative, or ``size`` below 1.
    """

    count: int
    size: int = 128
    seed: int = 0
    epoch: int = 0

    def __post_init__(self) -> None:
        if self.count < 0 or self.size < 1:
            raise ArgumentError(f"`count` must be >= 0 and `size` >= 1, got {self.count}, {self.size}; give a size.")

    def __len__(self) -> int:
        """The number of images of an epoch."""
        return self.count

    def sample(self, index: int) -> Sample:
        """Draw the image of this number."""
        return Sample(ellipse_batch(1, self.size, generator_of("ellipses", self.seed, self.epoch, index))[0])

    def at_epoch(self, epoch: int) -> Self:
        """Other images in each epoch."""
        return replace(self, epoch=epoch)
