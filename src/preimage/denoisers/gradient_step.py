"""Denoisers that are one step of gradient descent on a potential."""

from collections.abc import Sequence
from dataclasses import replace

from torch import Tensor, nn

from preimage._recording import slope
from preimage.denoisers.base import Denoiser
from preimage.denoisers.drunet import DRUNet

__all__ = ["GSDRUNet", "GradientStepDenoiser"]


class GradientStepDenoiser(Denoiser):
    r"""``D(x, sigma) = x - grad g_sigma(x)`` with ``g_sigma(x) = 1/2 ||x - N(x, sigma)||^2`` for a network ``N``.

    What it removes is exactly a gradient, so that plug-and-play with it minimises a function with known values. The
    gradient, ``(I - dN/dx)^T (x - N(x))``, is automatic: it works under ``no_grad`` and ``inference_mode``, too, and
    takes the memory of a training step. ``N`` must be continuously differentiable for ``D`` to be continuous.

    Args:
        network: ``N``, itself a denoiser.

    Source: Hurault, Leclaire, Papadakis 2022.
    """

    def __init__(self, network: Denoiser) -> None:
        super().__init__()
        self.network = network
        radius = network.traits.receptive_radius
        # The transposed Jacobian reaches as far again as the network.
        self.traits = replace(network.traits, receptive_radius=None if radius is None else 2 * radius)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        return x - self.potential_grad(x, sigma)

    def potential(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """``g_sigma(x)`` of each sample, (B,)."""
        return 0.5 * (x - self.network(x, sigma)).square().flatten(1).sum(1)

    def potential_grad(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """``grad g_sigma(x)``; differentiable where gradients are recorded."""
        return slope(lambda point: self.potential(point, sigma), x)[1]


class GSDRUNet(GradientStepDenoiser):
    """A :class:`GradientStepDenoiser` whose network is a DRUNet with exponential linear units.

    Args:
        channels: image channels, 1 for grey and 3 for colour.
        widths: feature channels at the four scales.
        blocks: residual blocks per scale and side; 2 in the paper.

    Source: Hurault, Leclaire, Papadakis 2022, section 5.1.
    """

    def __init__(self, channels: int = 3, widths: Sequence[int] = (64, 128, 256, 512), blocks: int = 2) -> None:
        super().__init__(DRUNet(channels, widths, blocks, activation=nn.ELU()))
        self.channels = channels
        self.widths = tuple(widths)
        self.blocks = blocks
