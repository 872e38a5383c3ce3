"""Sharp grey and blurred colours: two cameras of a satellite."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn.functional import grid_sample
from typing_extensions import Self

from preimage._ranges import check_interval
from preimage.physics.blur import Downsampling
from preimage.physics.kernels import gaussian_blur
from preimage.physics.noise import Noise
from preimage.physics.operator.stack import Stack
from preimage.physics.pixelwise import Decolorize

__all__ = ["Pansharpen", "mtf_kernel"]


class Pansharpen(Stack):
    """``A x = ((k * x)[::factor, ::factor], sum_c weights_c x_c)``: few pixels in many colours, many in grey.

    A :class:`preimage.physics.Stack` of :class:`preimage.physics.Downsampling` and
    :class:`preimage.physics.Decolorize`, each with its own noise; measurements are pairs.

    Args:
        kernel: the blur of the colours before they are sampled, as of :class:`preimage.physics.Downsampling`;
            :func:`preimage.physics.spectral.mtf_kernel` makes that of a sensor.
        factor: ratio of the resolutions, an integer >= 1.
        weights: how much of each colour the grey camera sees, (C,) or (B, C).
        colour_noise: noise of the colours.
        grey_noise: noise of the grey picture.

    Shapes: ``x`` (B, C, H, W), sizes multiples of ``factor``; ``y`` the pair (B, C, H / factor, W / factor) and
    (B, 1, H, W).

    Raises:
        ArgumentError: ``factor`` is no integer of at least one.
        ShapeError: the kernel or the weights do not fit, here or in a call.

    Source: Vivone et al., "A critical comparison among pansharpening algorithms", IEEE TGRS 53, 2015.
    """

    def __init__(
        self,
        kernel: Tensor,
        factor: int,
        weights: Sequence[float] | Tensor,
        colour_noise: Noise | None = None,
        grey_noise: Noise | None = None,
    ) -> None:
        super().__init__([Downsampling(kernel, factor, noise=colour_noise), Decolorize(weights, grey_noise)])
        self.kernel = kernel
        self.factor = factor
        self.weights = weights
        self.colour_noise = colour_noise
        self.grey_noise = grey_noise

    def map_noise(self, change: Callable[[Noise], Noise]) -> Self:
        """The same cameras, each under ``change`` of its own noise."""
        colour, grey = (change(operator.noise) for operator in self.operators)
        return self.replace(colour_noise=colour, grey_noise=grey)

    def brovey(self, y: tuple[Tensor, Tensor]) -> Tensor:
        """The colours interpolated and multiplied by what the grey picture is of theirs: a start, and a baseline.

        Source: Gillespie, Kahle & Walker, "Color enhancement of highly correlated images", 1987.
        """
        colours = self.interpolate(y[0])
        grey = self.operators[1].A(colours)
        floor = 1e-3 * y[1].abs().amax((1, 2, 3), keepdim=True)
        return colours * (y[1] / grey.clamp_min(torch.finfo(grey.dtype).tiny).maximum(floor))

    def interpolate(self, low: Tensor) -> Tensor:
        """Few pixels as many, bicubically: sample ``i`` lies on pixel ``i factor``, not in the middle of its block."""
        axes = [
            2 * torch.arange(n * self.factor, dtype=low.dtype, device=low.device) / (self.factor * max(n - 1, 1)) - 1
            for n in low.shape[2:]
        ]
        rows, columns = torch.meshgrid(*axes, indexing="ij")
        places = torch.stack([columns, rows], -1).expand(len(low), -1, -1, -1)
        return grid_sample(low, places, "bicubic", "border", align_corners=True)


def mtf_kernel(gain: float, factor: int, size: int = 41, dtype: torch.dtype = torch.float32) -> Tensor:
    """The Gaussian blur whose transfer is ``gain`` at the highest frequency that the small pixels hold, of sum one.

    Its standard deviation is ``factor sqrt(-2 log(gain)) / pi`` pixels of the large picture.

    Args:
        gain: transfer at ``1 / (2 factor)`` cycles per pixel, in (0, 1); about 0.3 for most satellites.
        factor: ratio of the resolutions.
        size: height and width of the kernel.
        dtype: precision of the kernel.

    Raises:
        ArgumentError: ``gain`` is not between zero and one.

    Source: Aiazzi, Alparone, Baronti, Garzelli & Selva, "MTF-tailored multiscale fusion", PE&RS 72, 2006.
    """
    check_interval("gain", gain, "(0, 1)", "0.3 is common")
    return gaussian_blur(factor * math.sqrt(-2 * math.log(gain)) / math.pi, size=size, dtype=dtype)
