import pytest
import torch

from preimage.errors import CapabilityError
from preimage.fidelity import likelihood
from preimage.optim import GCV, PDHG, Tikhonov, Variational, WeightRange, choose_weight
from preimage.optim.weight.criterion import Trial
from preimage.physics import Denoising, GaussianNoise, PoissonNoise
from tests.example import random


def test_gcv_of_counts_says_what_to_do():
    y = torch.zeros(1, 1, 8, 8)
    y[..., 2:5, 2:5] = 1
    with pytest.raises(CapabilityError, match="defined for small changes of the measurement for GCV"):
        choose_weight(
            Variational(PDHG(), Tikhonov(1.0)), y, Denoising(PoissonNoise(0.1)), GCV(), WeightRange(low=0.1, high=1.0)
        )


def test_half_of_the_measurement_uses_half_the_degrees_of_freedom():
    """``x = y / 2`` has the misfit ``||y||^2 / 4`` and the divergence ``m / 2``; ``3 y / 2`` has no score."""
    physics, y = Denoising(GaussianNoise(1.0)), random(3, 1, 4, 5).double()
    shifts = GCV(probes=2).shifts(y, torch.Generator().manual_seed(0))
    for share, wanted in ((0.5, y.square().flatten(1).mean(1)), (1.5, torch.full((3,), torch.inf).double())):
        moved = tuple(share * (y + shift) for shift in shifts)
        trial = Trial(likelihood(physics, y), None, share * y, moved, shifts)
        torch.testing.assert_close(GCV(probes=2).measure(trial)["value"], wanted)
