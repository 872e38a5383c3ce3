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
from preimage.physics.blur import Channelwise, Window
from preimage.physics.blur.window import extend
from preimage.transform import fast_length

__all__ = ["sharpened"]

_TURNS = 3
_AS_WELL = 1.02  # the ratio of costs
_STEP = 4e-3  # what an edge of the restored picture costs
_WRONG = 0.0075  # the level of noise that does what errors of a kernel do
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
    most, level = _AS_WELL * cost(kernel), math.hypot(level, _WRONG)
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
    (rows, columns), (height, width) = kernel.shape, y.shape
    window = Window(
        rows - 1 - rows // 2, columns - 1 - columns // 2, height, width,
        fast_length(height + rows - 1), fast_length(width + columns - 1),
    )  # fmt: skip
    physics = Channelwise([BlurFFT(kernel[None, None])], window, GaussianNoise(level))
    denoiser = zoo.load(_WEIGHTS).to(y.device)
    model = DPIR(denoiser, Annealing(gain=1.0), init=lambda seen, _: extend(seen, window))
    return window.of(model(y[None, None], physics))[0, 0]
