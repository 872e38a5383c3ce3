"""Weights are disturbed for one picture only, and can be taken back."""

import torch

from preimage.models.dip import Fit, NoiseInput
from preimage.models.dip.network_fit import NetworkFit
from tests.models.dip.pixels import Pixels


def test_noise_on_weights_is_gone_after_learning_and_after_taking_back() -> None:
    """The weights taken back are those before the last step, without the noise of any picture."""
    like = torch.zeros(1, 1, 4, 5, dtype=torch.float64)
    fitting = NetworkFit(Pixels, NoiseInput(1), Fit(rate=0.1, parameter_noise=0.5), like, 0)
    start = fitting.weights[0].detach().clone()
    picture = fitting.draw(1)
    assert float((picture.detach() - start).abs().max()) > 0.01
    fitting.learn(torch.ones_like(picture), picture)
    torch.testing.assert_close(fitting.weights[0].detach(), start - 0.1, rtol=0, atol=1e-7)
    fitting.draw(2)
    fitting.take_back()
    torch.testing.assert_close(fitting.weights[0].detach(), start, rtol=0, atol=1e-12)
