import torch

from preimage.physics import Denoising
from preimage.sampling import Unguided
from tests.sampling.gaussian import PRIOR


def test_the_denoiser_stays_what_it_is() -> None:
    assert Unguided()(PRIOR, Denoising(), torch.zeros(1, 1, 1, 3)) is PRIOR
