"""What tells how wrong a restored pixel may be: the detail around it, and how much of that had to be made up."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage.physics.blur import CameraPhysics
from preimage.physics.blur.window import extend
from preimage.restore.frame.task import Problem, Task
from preimage.sampling.uncertainty.smoothing import smoothed_map

__all__ = ["FEATURES", "TERMS", "distance_to_seen", "error_features", "error_terms", "hardness", "linear_error"]

FEATURES: tuple[str, ...] = ("one", "fine", "coarse", "lost", "lost_around", "changed", "noise", "difficulty", "seen")
"""The names of the features, in their order."""

_PRODUCTS = (
    ("fine", "fine"), ("lost", "lost"), ("fine", "lost"), ("fine", "noise"), ("lost", "noise"), ("coarse", "noise"),
    ("lost_around", "noise"), ("difficulty", "noise"), ("lost", "difficulty"), ("changed", "noise"),
    ("noise", "noise"), ("difficulty", "difficulty"),
)  # fmt: skip
TERMS = len(FEATURES) + len(_PRODUCTS)
"""How many terms a model of errors has: the features, and products of two."""

# The least spread that counts, in image units: half a step of 8 bits.
_LEAST = 0.5 / 255
# Pictures have a spectrum of `1 / (f^2 + f0^2)`, with `f` in cycles per pixel, and about this variance.
_TURN, _VARIANCE, _GRID = 1 / 64, 0.05, 96
# Missing pixels are at most so far from seen ones, in pixels, as far as it counts.
_FARTHEST = 32


def error_features(task: Task, problem: Problem, x: Tensor) -> Tensor:
    """Logarithms of what the error of ``x`` (1, C, H, W), restored from ``problem``, grows with: (F, C, H, W).

    Beside a one: the local spread of ``x`` on two scales; of what measuring ``x`` and making the first estimate from
    that loses, on two scales; of the change from the first estimate; the noise; how much a linear filter would be wrong
    (:func:`linear_error`), or how far seen pixels are (:func:`distance_to_seen`); and the share of the light of a
    pixel that was recorded.
    """
    physics = problem.physics
    assert isinstance(physics, CameraPhysics)  # as those of all tasks are that have error maps of this kind
    window = None if physics.window is None else physics.window.times(task.scale())
    whole = x if window is None else extend(x, window)
    lost = x - problem.finish(problem.start(physics.A(whole), physics))
    changed = x - problem.finish(problem.start(problem.y, physics))
    missing = task.hidden()
    if missing is None:
        hard = torch.full_like(x, hardness(task, problem))
        light = physics.A_adjoint(torch.ones_like(problem.y))
        light = (light if window is None else window.of(light)) / light.amax().clamp_min(1e-6)
        light = smoothed_map(light, task.scale() - 1.0)  # decimation sees some pixels of a block more than others
    else:
        hard = distance_to_seen(missing).to(x).expand_as(x)
        light = smoothed_map((~missing).to(x)[None, None], 2.0).expand_as(x)
    spreads = [
        _spread(x - smoothed_map(x, 1.0), 1.0),
        _spread(x - smoothed_map(x, 3.0), 4.0),
        _spread(lost, 0.7),
        _spread(lost, 3.0),
        _spread(changed, 1.0),
    ]
    level = torch.full_like(x, max(problem.sigma, _LEAST))
    logs = [torch.ones_like(x), *(one.log() for one in (*spreads, level, hard, light.clamp_min(0.02)))]
    return torch.cat(logs)


def error_terms(features: Tensor) -> Tensor:
    """``features`` (F, ...) of :func:`error_features`, and products of two that matter: (TERMS, ...)."""
    named = dict(zip(FEATURES, features, strict=True))
    return torch.stack([*features, *(named[first] * named[second] for first, second in _PRODUCTS)])


def hardness(task: Task, problem: Problem) -> float:
    """How hard a task is: :func:`linear_error`, or the largest distance of missing pixels from seen ones."""
    missing = task.hidden()
    if missing is not None:
        return float(distance_to_seen(missing).max())
    return linear_error(task.blur_kernel(), task.scale(), problem.sigma)


def _spread(values: Tensor, width: float) -> Tensor:
    return (smoothed_map(values.square(), width) + _LEAST**2).sqrt()


def linear_error(kernel: Tensor | None, factor: int, sigma: float) -> float:
    """The root-mean-square error that the best linear filter leaves in pictures of a usual spectrum.

    ``sqrt(sum_f P - sum_g (sum_k |H_k|^2 P_k^2) / (sum_k |H_k|^2 P_k + factor^2 sigma^2))``: ``P`` is the power
    spectrum, ``H`` the transfer function, and ``k`` runs over the frequencies that decimation takes for the same ``g``.

    Args:
        kernel: the blur (h, w); ``None`` for none.
        factor: only every so many-th row and column is recorded.
        sigma: the noise, in image units.

    Source: Wiener, "Extrapolation, interpolation, and smoothing of stationary time series", 1949, for the filter.
    """
    size = _GRID if kernel is None else max(_GRID, *kernel.shape)
    size = factor * math.ceil(size / factor)
    f = torch.fft.fftfreq(size, dtype=torch.float64)
    power = 1 / (f[:, None].square() + f.square() + _TURN**2)
    power = _VARIANCE * power / power.sum()
    spread = torch.ones_like(power)
    if kernel is not None:
        spread = torch.fft.fft2(kernel.detach().double().cpu(), s=(size, size)).abs().square()

    def folded(values: Tensor) -> Tensor:
        side = size // factor
        return values.reshape(factor, side, factor, side).sum((0, 2))

    noise = factor**2 * max(sigma, _LEAST) ** 2 / size**2
    known = folded(spread * power.square()) / (folded(spread * power) + noise)
    return math.sqrt(max(float(power.sum() - known.sum()), 1e-12))


def distance_to_seen(missing: Tensor) -> Tensor:
    """How many pixels (in the larger of rows and columns) each is from the nearest one that was seen, plus one.

    Args:
        missing: bool (H, W).
    """
    near = (~missing).float()[None, None]
    distance = torch.ones(missing.shape, device=missing.device)
    for _ in range(_FARTHEST):
        distance += (near == 0)[0, 0]
        if bool(near.all()):
            break
        near = F.max_pool2d(near, 3, 1, 1)
    return distance
