import pytest
import torch

from preimage.physics import Denoising
from preimage.sampling import Guidance
from tests.sampling.gaussian import PRIOR


def test_a_guidance_has_to_say_what_it_does() -> None:
    with pytest.raises(NotImplementedError):
        Guidance()(PRIOR, Denoising(), torch.zeros(1, 1, 1, 3))
