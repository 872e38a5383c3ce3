import pytest
import torch

from preimage import zoo
from preimage.errors import ArgumentError
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.work import Job
from preimage.restore.methods.denoiser import ByDenoiser
from tests.restore.frame.test_task import Shaded


def test_weights_are_those_of_the_channels() -> None:
    method = ByDenoiser()
    names = [zoo.describe(method.weights(Shaded(), n)).name for n in (1, 3)]
    assert names == ["drunet-grey-compact", "drunet-color-compact"]
    assert method.steps(Shaded()) == 1
    assert method.footprint(Shaded(), torch.Size((3, 5, 7))) == (4 * Shaded().planes(3)[0] * 5 * 7,) * 2


def test_weights_of_other_channels_are_refused_with_those_that_suit() -> None:
    settings = Settings(weights="drunet-color-compact")
    job = Job((torch.Size((1, 8, 8)),), settings, None, 10**9, torch.device("cpu"), None, lambda picture: picture)
    with pytest.raises(ArgumentError, match="`weights` must be for 1 channels, got 'drunet-color-compact' for 3"):
        ByDenoiser().begin(Shaded(), job)
