import pytest
import torch

from preimage.errors import ArgumentError
from preimage.loss import LossInputs
from preimage.physics import Denoising


def test_what_is_missing_is_told() -> None:
    x = torch.zeros(1, 1, 2, 2)
    inputs = LossInputs(None, None, x, Denoising(), lambda y, physics: y)
    with pytest.raises(ArgumentError, match="`x` must be the true images, got None"):
        inputs.truth()
    with pytest.raises(ArgumentError, match="`x_hat` must be the reconstruction"):
        inputs.estimate()
