"""A kernel found anew in the edges of the picture that it restores."""

import math
from collections.abc import Callable

from torch import Tensor

from preimage import zoo
from preimage.blind.kernel.edges import draw_edges
from preimage.blind.kernel.pyramid import equations
from preimage.blind.kernel.shape import centred, cropped, delta, tidied
from preimage.optim import DPIR, Annealing
from preimage.physics import BlurFFT, GaussianNoise
from preimage.physics.blur import Channelwise
from preimage.physics.blur.window import extend, window_of_blur

__all__ = ["DOUBT", "sharpened"]

# The level of white noise, in image units, that leaves as much wrong in a sharp picture as errors of a free kernel do.
# For kernels of Levin et al., and noise of 0.003, 0.01 and 0.03, levels of about 0.008, 0.0125 and 0.03 were best; for
# Gaussians and disks, whose kernels are nearly right, the level of the noise alone was.
DOUBT = 0.0075

_TURNS = 3
_AS_WELL = 1.02  # the ratio of costs
_STEP = 4e-3  # what an edge of the restored picture costs
_ROOM = 2  # pixels by which a kernel may grow from turn to turn
_WEIGHTS = "drunet-grey-compact"


def sharpened(
    y: Tensor, seen: Tensor, kernel: Tensor, level: float, cost: Callable[[Tensor], float], faint: float
) -> Tensor:
    """The kernel (k, k) after up to three turns in which it restores the picture, and is found anew in its edges.

    Few, large steps are drawn of the restored picture, not of ``y``: a denoiser knows more of pictures than that they
    have few steps, so that fine edges come back where they were, and the kernel loses what made up for them. The first
    turn after which few steps explain ``y`` clearly worse than ``kernel`` does is not taken.

    Args:
        y: the blurred picture (H, W).
        seen: (H, W), one where it may be believed, zero elsewhere.
        kernel: where to begin, (k, k), k odd, sum one.
        level: the standard deviation of the noise.
        cost: how badly a kernel explains ``y`` by few steps, > 0.
        faint: entries below this share of the largest are left out.

    Source: ours, with plug-and-play restoration (:class:`preimage.optim.DPIR`).
    """
    most, level = _AS_WELL * cost(kernel), math.hypot(level, DOUBT)
    for _ in range(_TURNS):
        edges = draw_edges(_restored(y, kernel, level), delta(3, y), _STEP)
        found = equations(edges, y, seen, kernel.shape[0] + _ROOM).solve()
        found = cropped(centred(tidied(found, faint)))
        if cost(found) > most:
            break
        kernel = found
    return kernel


def _restored(y: Tensor, kernel: Tensor, level: float) -> Tensor:
    """The sharp picture (H, W); what lies outside of it is unknown."""
    window = window_of_blur(kernel, y.shape[0], y.shape[1])
    physics = Channelwise([BlurFFT(kernel[None, None])], window, GaussianNoise(level))
    denoiser = zoo.load(_WEIGHTS).to(y.device)
    model = DPIR(denoiser, Annealing(gain=1.0), init=lambda seen, _: extend(seen, window))
    return window.of(model(y[None, None], physics))[0, 0]
