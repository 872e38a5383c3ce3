import math

import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.metric import SAM
from tests.example import Example
from tests.metric.waves import waves

EXAMPLES = {SAM: [Example(SAM), Example(lambda: SAM("degrees"), shape=(2, 2, 3, 4, 5))]}


def test_agrees_with_torchmetrics() -> None:
    import torchmetrics.functional.image as reference

    pair = waves(4, 13, 17)
    torch.testing.assert_close(SAM()(*pair)[0], reference.spectral_angle_mapper(*pair), atol=1e-9, rtol=0)


def test_by_hand_in_degrees() -> None:
    x_hat = torch.tensor([[1.0, 1.0], [0.0, 2.0], [-3.0, 0.0]]).reshape(3, 2, 1, 1)
    x = torch.tensor([[2.0, 0.0], [0.0, 1.0], [4.0, 0.0]]).reshape(3, 2, 1, 1)
    torch.testing.assert_close(SAM("degrees")(x_hat, x), torch.tensor([45.0, 0.0, 180.0]))


def test_zero_pixels_are_defined() -> None:
    """torchmetrics 1.9: NaN."""
    x_hat, x = torch.ones(3, 2, 1, 2), torch.ones(3, 2, 1, 2)
    x[0, :, 0, 0] = 0
    x_hat[1, :, 0, 0] = x[1, :, 0, 0] = 0
    x_hat.requires_grad_()
    scores = SAM()(x_hat, x)
    torch.testing.assert_close(scores, torch.tensor([math.pi / 4, 0.0, 0.0]))
    (gradient,) = torch.autograd.grad(scores.sum(), x_hat)
    assert bool(gradient.isfinite().all())


def test_small_angles_keep_their_digits() -> None:
    x = torch.tensor([1.0, 1.0]).reshape(1, 2, 1, 1)
    x_hat = torch.tensor([1.0, 1.0 + 2e-5]).reshape(1, 2, 1, 1)
    assert float(SAM()(x_hat, x)) == pytest.approx(1e-5, rel=1e-2)


def test_gradient() -> None:
    x_hat, x = waves(3, 4, 5)
    assert torch.autograd.gradcheck(lambda image: SAM()(image, x), x_hat.requires_grad_(), fast_mode=True)


def test_refusals() -> None:
    with pytest.raises(ShapeError, match="two bands or more"):
        SAM()(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 2, 2))
    with pytest.raises(ArgumentError, match="`unit` must be radians or degrees"):
        SAM("turns")
