"""Networks that compute in half precision inside what computes in single."""

import torch
from torch import Tensor

from preimage.denoisers import Denoiser

__all__ = ["HalfPrecision"]


class HalfPrecision(Denoiser):
    """A network computed in bfloat16 where ``enabled``; what goes in and comes out keeps its precision."""

    def __init__(self, network: Denoiser, enabled: bool) -> None:
        super().__init__()
        self.network = network
        self.enabled = enabled
        self.traits = network.traits

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Apply the network in bfloat16, where that is enabled."""
        with torch.autocast(x.device.type, torch.bfloat16, enabled=self.enabled):
            return self.network(x, sigma).to(x.dtype)
