"""Adam on the pixels of an image: what a deep image prior is compared with."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage.errors import ArgumentError
from preimage.functional import Smooth, Zero
from preimage.solve import Callback, Solution, iterate

__all__ = ["Minimiser", "PixelFit"]


class Minimiser(Protocol):
    """Finds an image where a functional is small: :class:`preimage.models.DeepImagePrior`, :class:`PixelFit`."""

    def minimise(self, f: Smooth, like: Tensor, callbacks: Sequence[Callback] = ()) -> Solution:
        """An image of the shape, type and device of ``like`` for which ``f`` is small, and why the search ended."""
        ...


@dataclass(frozen=True)
class PixelFit:
    """``argmin_x f(x) + prior(x)`` over all images in a range, by Adam, from noise.

    Args:
        prior: such as :class:`preimage.optim.BetaTV`; none by default.
        max_steps: how many steps, >= 1.
        rate: length of a step, in image units, > 0.
        bounds: least and largest value of a pixel; each step ends at the nearest one.
        contrast: standard deviation of the start, around the middle of ``bounds``.
        seed: the seed of the start, which all samples share.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Mahendran & Vedaldi, "Understanding deep image representations by inverting them", CVPR 2015; the bounds:
    their "Visualizing deep convolutional neural networks using natural pre-images", IJCV 2016; Kingma & Ba 2015 (Adam).
    """

    prior: Smooth = dataclasses.field(default_factory=Zero)
    max_steps: int = 1000
    rate: float = 0.02
    bounds: tuple[float, float] = (0.0, 1.0)
    contrast: float = 0.05
    seed: int = 0

    @dataclass(frozen=True)
    class State:
        """The image, the averages of its gradient and of the squares of that, and the step counter."""

        x: Tensor
        mean: Tensor
        square: Tensor
        k: int = 0

    def __post_init__(self) -> None:
        check_count("max_steps", self.max_steps, "1000 is the default")
        check_level("rate", self.rate, "0.02 is the default")
        check_level("contrast", self.contrast, "0.05 is the default", zero=True)
        if not self.bounds[0] < self.bounds[1]:
            raise ArgumentError(f"`bounds` must be (least, largest), got {self.bounds}; exchange them.")

    def minimise(self, f: Smooth, like: Tensor, callbacks: Sequence[Callback] = ()) -> Solution:
        """Take all steps, or as many as ``callbacks`` allow."""
        low, high = self.bounds
        noise = torch.randn(like.shape[1:], generator=torch.Generator().manual_seed(self.seed), dtype=torch.float64)
        start = (
            ((low + high) / 2 + self.contrast * noise.to(like)).clamp(low, high).repeat(len(like), *noise.ndim * [1])
        )
        zero = torch.zeros_like(start)
        return iterate(
            lambda state: self._step(f, state), self.State(start, zero, zero), self.max_steps, callbacks=callbacks
        )

    def _step(self, f: Smooth, state: State) -> State:
        k = state.k + 1
        gradient = f.grad(state.x) + self.prior.grad(state.x)
        mean = 0.9 * state.mean + 0.1 * gradient
        square = 0.999 * state.square + 0.001 * gradient.square()
        scale = (square / (1 - 0.999**k)).sqrt() + torch.finfo(gradient.dtype).tiny
        moved = state.x - self.rate * (mean / (1 - 0.9**k)) / scale
        return self.State(moved.clamp(*self.bounds), mean, square, k)
