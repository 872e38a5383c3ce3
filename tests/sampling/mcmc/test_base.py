import pytest
import torch

from preimage.errors import CapabilityError
from preimage.functional import Smooth
from preimage.sampling import ULA, MarkovKernel
from preimage.sampling.mcmc.base import total_curvature


def test_a_kernel_has_to_say_what_it_does() -> None:
    with pytest.raises(NotImplementedError):
        MarkovKernel().prepare(None, None, torch.zeros(1))


def test_an_unknown_curvature_is_told() -> None:
    with pytest.raises(CapabilityError, match="`step_size` of ULA must be given"):
        total_curvature(ULA(), torch.zeros(1, 1, 2, 2), Smooth())
