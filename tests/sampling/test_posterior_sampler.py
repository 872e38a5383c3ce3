import torch

from preimage.physics import Denoising
from preimage.sampling import Posterior, PosteriorSampler


class Two(PosteriorSampler):
    """``y`` and ``3 y``."""

    def sample(self, y, physics):
        return Posterior(torch.stack([y, 3 * y], 1))


def test_the_estimate_is_the_mean_of_the_samples() -> None:
    assert Two()(torch.ones(2, 1, 2, 2), Denoising()).unique().tolist() == [2.0]
