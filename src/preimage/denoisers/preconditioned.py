"""A denoiser for all levels of noise, from none to where nothing of the image is left."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage._shapes import per_image
from preimage.denoisers.base import Denoiser, Traits
from preimage.denoisers.drunet import DRUNet
from preimage.errors import ArgumentError

__all__ = ["PreconditionedDRUNet"]


class PreconditionedDRUNet(Denoiser):
    r""":class:`DRUNet` whose input and output have unit scale at every level of noise: a prior for diffusion.

    With the mean ``m`` and the standard deviation ``s`` of pixels, and the angle whose tangent is ``sigma / s``,

        D(x, sigma) = m + cos^2 (x - m) + s F(cos (x - m) / s, cos, sin).

    ``cos^2`` is the best factor for pixels that know nothing of each other. The network ``F`` sees ``cos`` and ``sin``
    as constant channels. It has no bias, so that the size of what it sees scales what it gives: at low levels the
    noise to be taken away, at high levels the little that is known of the image. At such levels it can only estimate
    what is smooth over the pixels that it sees, ``traits.receptive_radius`` around each.

    Args:
        mean: the mean of each channel, 1 or 3 numbers.
        spread: the standard deviation ``s`` of pixels around it, > 0.
        widths: feature channels at the four scales.
        blocks: residual blocks per scale and side.
        sigma_range: the noise levels of its training.

    Shapes: ``x`` (B, C, H, W), ``sigma`` a float or (B,); the result is like ``x``.

    Raises:
        ArgumentError: ``spread`` is not above zero, or ``mean`` is empty.

    Source: Karras, Aittala, Aila, Laine, "Elucidating the design space of diffusion-based generative models", NeurIPS
    2022, for ``c_in`` and ``c_skip``; their ``c_out`` is here in part the network's own scale.
    """

    def __init__(
        self,
        mean: Sequence[float] = (0.45,),
        spread: float = 0.25,
        widths: Sequence[int] = (16, 32, 64, 128),
        blocks: int = 2,
        sigma_range: tuple[float, float] = (0.0, 100.0),
    ) -> None:
        super().__init__()
        check_level("spread", spread, "0.25 is that of photographs")
        if not mean:
            raise ArgumentError("`mean` must hold a number for each channel, got none; 0.45 is that of photographs.")
        self.mean = tuple(mean)
        self.spread = spread
        self.widths = tuple(widths)
        self.blocks = blocks
        self.sigma_range = tuple(sigma_range)
        # One image channel more: what is constant; what the network gives there is not used.
        self.network = DRUNet(len(self.mean) + 1, widths, blocks)
        low, high = sigma_range
        inner = self.network.traits
        self.traits = Traits(len(self.mean), (low, high), inner.receptive_radius, inner.stride)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """The mean of the clean image behind ``x``."""
        mean = torch.tensor(self.mean, dtype=x.dtype, device=x.device).reshape(-1, 1, 1)
        level = per_image(sigma, x)
        size = (level.square() + self.spread**2).sqrt()
        cos, sin = self.spread / size, (level / size).flatten()
        centred = x - mean
        constant = cos.expand(x.shape[0], 1, *x.shape[2:])
        given = self.network(torch.cat([centred / size, constant], 1), sin)[:, : x.shape[1]]
        return mean + cos.square() * centred + self.spread * given

    def usual_tile(self) -> int:
        """That of the network inside."""
        return self.network.usual_tile()

    def footprint(self) -> Callable[[int], int]:
        """That of the network inside."""
        return self.network.footprint()
