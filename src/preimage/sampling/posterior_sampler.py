"""What every sampler of posteriors is."""

from torch import Tensor

from preimage._tree import Measurement
from preimage.physics import Physics
from preimage.reconstructor import Reconstructor
from preimage.sampling.posterior import Posterior

__all__ = ["PosteriorSampler"]


class PosteriorSampler(Reconstructor):
    """A reconstructor that knows more than one answer.

    ``model.sample(y, physics)`` gives a :class:`Posterior`; ``model(y, physics)`` is the mean of its samples, which
    estimates the image of least expected squared error. The random numbers of a sample follow from a seed and its
    number: neither the rest of the batch, nor its order, nor how many samples are drawn, changes it. (A batch of copies
    of one measurement gives copies; ask for more samples.)
    """

    def sample(self, y: Measurement, physics: Physics) -> Posterior:
        """Samples of the images behind ``y``."""
        raise NotImplementedError

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The mean of the samples of each image."""
        return self.sample(y, physics).mean()
