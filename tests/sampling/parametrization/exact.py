"""Networks that predict exactly, for the Gaussian prior."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from preimage.denoisers import Denoiser
from preimage.sampling import ddpm_sigmas
from tests.sampling.gaussian import PRIOR

X = torch.tensor([[0.9, -0.4, 1.2], [0.0, 0.5, 0.4]]).reshape(2, 1, 1, 3)
LEVELS = ddpm_sigmas()[[200, 700]].float()


class Exact(nn.Module):
    """A function as a network."""

    def __init__(self, function: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        return self.function(x, time.reshape(-1, 1, 1, 1))


def check(denoiser: Denoiser) -> None:
    """It is the denoiser of the prior, for a level each and for one."""
    torch.testing.assert_close(denoiser(X, LEVELS), PRIOR(X, LEVELS), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(denoiser(X, float(LEVELS[0])), PRIOR(X, float(LEVELS[0])), rtol=1e-4, atol=1e-5)
