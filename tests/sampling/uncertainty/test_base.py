import pytest
import torch

from preimage.physics import Denoising
from preimage.sampling.uncertainty import ErrorMap


def test_an_error_map_has_to_say_how_far() -> None:
    with pytest.raises(NotImplementedError):
        ErrorMap()(torch.zeros(1), Denoising(), torch.zeros(1))
