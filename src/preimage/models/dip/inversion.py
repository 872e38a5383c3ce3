"""Natural pre-images: pictures that a layer of a network takes for a given one, or that excite it."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from preimage._shapes import check_image
from preimage._tree import norm
from preimage._worker import Worker
from preimage.errors import ArgumentError
from preimage.fidelity import Activation, likelihood
from preimage.models.dip.fit import Fit
from preimage.models.dip.networks.skipnet import SkipNet, scales
from preimage.models.dip.prior import DeepImagePrior
from preimage.optim import Minimiser
from preimage.physics import FeatureMap, GaussianNoise
from preimage.solve import Callback, History, Reason, Solution

__all__ = ["PreImage", "invert_features", "maximise_activation", "natural"]


@dataclass(frozen=True)
class PreImage:
    """What :func:`invert_features` found, with one entry per image in ``error``, ``matched`` and ``reason``.

    Attributes:
        x: the pictures, (B, C, H, W).
        error: ``||A(x) - A(x0)|| / ||A(x0)||``, (B,).
        matched: whether that is within the tolerance, (B,).
        reason: why each search ended.
        history: ``residual`` is the relative error of the features after each step.
    """

    x: Tensor
    error: Tensor
    matched: Tensor
    reason: tuple[Reason, ...]
    history: History


def natural(max_steps: int = 1000, seed: int = 0) -> DeepImagePrior:
    """A deep image prior for features: a small network with nothing across at the finest scale.

    Without connections across that scale it cannot draw the fine patterns with which any picture could be given the
    features of another.

    Args:
        max_steps: how many steps of a fit, >= 1.
        seed: seed of the network and of its input.

    Raises:
        ArgumentError: ``max_steps`` is no count.
    """
    network = partial(SkipNet, scales=scales((32,) * 5, (0, 4, 4, 4, 4)))
    return DeepImagePrior(network, fit=Fit(max_steps, input_noise=0, average=0.9, seed=seed))


def invert_features(
    features: FeatureMap,
    image: Tensor,
    prior: Minimiser | None = None,
    tol: float | None = 0.05,
    callbacks: Sequence[Callback] = (),
) -> PreImage:
    r"""A picture ``x`` with ``A(x) = A(image)`` to within ``tol``: what is lost at a layer is what differs.

    Minimised is ``||A(x) - A(image)||^2 / ||A(image)||^2``. With a deep image prior this is the natural pre-image of
    its authors, with :class:`preimage.optim.PixelFit` and :class:`preimage.optim.BetaTV` that of Mahendran and Vedaldi.
    Pictures are inverted one after another.

    Args:
        features: ``A``.
        image: (B, C, H, W); only its features and its shape are used.
        prior: where to look for ``x``; :func:`natural` by default.
        tol: a search ends as soon as the relative error is at most this; ``None`` leaves it to ``prior``.
        callbacks: the callbacks of ``prior``, called as ``callback(step, state)`` for each picture anew.

    Raises:
        ArgumentError: the features of a picture are zero, so that no error is relative to them; ``tol`` is negative.

    Source: Ulyanov, Vedaldi, Lempitsky, "Deep image prior", CVPR 2018, section 3; Mahendran & Vedaldi, CVPR 2015.
    """
    check_image(image, "image")
    if tol is not None and not tol >= 0:
        raise ArgumentError(f"`tol` must not be negative, got {tol}; 0.05 is 5 % of the norm of the features.")
    with torch.no_grad():
        target = features.A(image)
    size = norm(target)
    if not bool((size > 0).all()):
        raise ArgumentError(
            f"`image` must have features at {features.layer!r}, got only zeros there; name another layer."
        )
    found: list[Solution] = []
    watches: list[_Watch] = []
    for one, goal, length in zip(image.split(1), target.split(1), size.split(1), strict=True):
        f = likelihood(features.replace(noise=GaussianNoise(length / math.sqrt(2))), goal)
        watches.append(_Watch(features, goal, tol))
        with torch.no_grad():
            found.append((prior or natural()).minimise(f, one, (watches[-1], *callbacks)))
    x = torch.cat([solution.x for solution in found])
    with torch.no_grad():
        error = _relative(features.A(x), target)
    reasons = tuple(solution.reason[0] for solution in found)
    return PreImage(x, error, error <= (math.inf if tol is None else tol), reasons, _history(watches))


def maximise_activation(
    features: FeatureMap,
    channel: int,
    shape: tuple[int, int, int],
    prior: Minimiser | None = None,
    callbacks: Sequence[Callback] = (),
) -> Solution:
    """A picture at which a channel of a layer responds most on average: what it looks for.

    Args:
        features: the layer.
        channel: from 0; of features (B, C, ...).
        shape: (C, H, W) of the picture.
        prior: where to look, and how long; :func:`natural` by default.
        callbacks: the callbacks of ``prior``.

    Raises:
        ArgumentError: there is no such channel.
    """
    weight = next((parameter for parameter in features.network.parameters()), torch.zeros(()))
    like = weight.new_zeros((1, *shape), dtype=weight.dtype if weight.is_floating_point() else torch.float32)
    f = Activation(features, channel)
    with torch.no_grad():
        f(like)  # names a wrong channel before anything is fitted
        return (prior or natural()).minimise(f, like, callbacks)


class _Watch(Worker):
    """Notes the relative error after each step, and ends the search at ``tol``."""

    def __init__(self, features: FeatureMap, target: Tensor, tol: float | None) -> None:
        self.features, self.target, self.tol = features, target, tol
        self.errors: list[float] = []
        self.times = [time.perf_counter()]

    def __call__(self, step: int, state: Any) -> Reason | None:
        with torch.no_grad():
            error = float(_relative(self.features.A(state.x.detach()), self.target))
        self.errors.append(error)
        self.times.append(time.perf_counter())
        return Reason("matched", step) if self.tol is not None and error <= self.tol else None


def _relative(output: Tensor, target: Tensor) -> Tensor:
    return norm(output - target) / norm(target)


def _history(watches: Sequence[_Watch]) -> History:
    """The curves side by side, NaN after their ends; seconds are of all pictures together."""
    steps = max(len(watch.errors) for watch in watches)
    residual, seconds = torch.full((steps, len(watches)), torch.nan), torch.zeros(steps, dtype=torch.float64)
    for index, watch in enumerate(watches):
        residual[: len(watch.errors), index] = torch.tensor(watch.errors)
        seconds[: len(watch.errors)] += torch.tensor(watch.times, dtype=torch.float64).diff()
    return History(residual, seconds)
