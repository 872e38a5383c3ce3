"""Physics of photographs: channel by channel, on a field of view larger than what was recorded."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.functional import Proximable
from preimage.machine.memory import release
from preimage.physics import LinearPhysics
from preimage.physics.likelihood import Likelihood
from preimage.physics.noise import GaussianNoise, Noise
from preimage.solve import cg

__all__ = ["Channelwise", "ChannelwiseLikelihood", "Window", "extend"]


class Window(NamedTuple):
    """The recorded rectangle of a measurement of ``full_height`` x ``full_width``."""

    top: int
    left: int
    height: int
    width: int
    full_height: int
    full_width: int

    def of(self, x: Tensor) -> Tensor:
        """The part of ``x`` inside, a view."""
        return x[..., self.top : self.top + self.height, self.left : self.left + self.width]

    def times(self, factor: int) -> "Window":
        """The same rectangle where every pixel has become ``factor`` x ``factor``."""
        return Window(*(factor * value for value in self))

    def embed(self, y: Tensor) -> Tensor:
        """The adjoint of :meth:`of`: zero outside."""
        full = y.new_zeros(*y.shape[:-2], self.full_height, self.full_width)
        self.of(full).copy_(y)
        return full

    def frame(self, x: Tensor) -> Tensor:
        """What of ``x`` lies outside, in a row: (..., 1, number of pixels)."""
        parts = (x[..., rows, columns].flatten(-2) for rows, columns in self._sides())
        return torch.cat(list(parts), -1)[..., None, :]

    def of_frame(self, edge: Tensor) -> Tensor:
        """The adjoint of :meth:`frame`: zero inside."""
        full = edge.new_zeros(*edge.shape[:-2], self.full_height, self.full_width)
        done = 0
        for rows, columns in self._sides():
            side = full[..., rows, columns]
            count = side.shape[-2] * side.shape[-1]
            side.copy_(edge[..., 0, done : done + count].unflatten(-1, side.shape[-2:]))
            done += count
        return full

    def _sides(self) -> tuple[tuple[slice, slice], ...]:
        """Above, below, and between these left and right."""
        bottom, right = self.top + self.height, self.left + self.width
        middle = slice(self.top, bottom)
        return (
            (slice(0, self.top), slice(None)), (slice(bottom, None), slice(None)),
            (middle, slice(0, self.left)), (middle, slice(right, None)),
        )  # fmt: skip


class Channelwise(LinearPhysics):
    """``A x = window(A_c x_c)`` for each channel ``c``: a camera records part of what reaches its lens.

    A photograph of a blurred scene is no periodic convolution: its border depends on what lies outside. Here the image
    is larger than the photograph by the reach of the kernel, the operators may be periodic, and what they say outside
    the window is not compared with anything.

    Channels are processed one at a time, so that the temporary arrays are a third of a colour picture.

    Args:
        operators: one for all channels, or one for each.
        window: the recorded part of the operators' measurement; all of it by default.
    """

    def __init__(
        self, operators: Sequence[LinearPhysics], window: Window | None = None, noise: Noise | None = None
    ) -> None:
        super().__init__(noise)
        self.operators = operators
        self.window = window

    def of_channel(self, index: int) -> LinearPhysics:
        """The operator of channel ``index``."""
        operator = self.operators[min(index, len(self.operators) - 1)]
        assert isinstance(operator, LinearPhysics)  # by construction
        return operator

    def seen(self, y: Tensor) -> Tensor:
        """The recorded part of a full measurement, a view."""
        return y if self.window is None else self.window.of(y)

    def A(self, x: Tensor) -> Tensor:
        """The recorded channels."""
        return torch.cat([self.seen(self.of_channel(c).A(x[:, c : c + 1])) for c in range(x.shape[1])], 1)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """Zero outside the window, then the adjoint of each channel's operator."""
        full = y if self.window is None else self.window.embed(y)
        return torch.cat([self.of_channel(c).A_adjoint(full[:, c : c + 1]) for c in range(y.shape[1])], 1)

    def measured(self, y: Tensor) -> None:
        """Every entry: the window holds what was recorded."""

    def A_dagger(self, y: Tensor) -> Tensor:
        """In closed form where everything is recorded and the operators have one; otherwise iterative."""
        if self.window is not None:
            return super().A_dagger(y)
        return torch.cat([self.of_channel(c).A_dagger(y[:, c : c + 1]) for c in range(y.shape[1])], 1)

    def likelihood(self, y: Measurement) -> "ChannelwiseLikelihood":
        """The data term, with a prox that needs little memory."""
        return ChannelwiseLikelihood(self, y)


class ChannelwiseLikelihood(Likelihood, Proximable):
    """``f(x) = ||A x - y||^2 / (2 sigma^2)`` for a :class:`Channelwise` ``A``.

    Args:
        steps: of conjugate gradients, the most for a prox.
        tol: relative residual at which these stop.
    """

    physics: Channelwise

    def __init__(self, physics: Channelwise, y: Measurement, steps: int = 10, tol: float = 1e-2) -> None:
        super().__init__(physics, y)
        self.steps = steps
        self.tol = tol

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,), with the memory of one channel."""
        total = x.new_zeros(x.shape[0])
        for channel in range(x.shape[1]):
            image = self.physics.of_channel(channel).A(x[:, channel : channel + 1])
            total = total + self.physics.noise.nll(self.physics.seen(image), self.y[:, channel : channel + 1])
        return total

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        r"""The minimiser over ``u`` of ``step * f(u) + 1/2 ||u - x||^2``.

        With everything recorded it is ``x + B (y - A x)`` with ``B = (A^H A + rho)^-1 A^H``, in closed form. With ``M``
        the window and ``N = 1 - M`` its surroundings it is ``x + B (M (y - A x) + N e)``: ``e`` is what would have
        been recorded outside: ``(1 - N A B N) e = N A B M (y - A x)``. This small system is solved by conjugate
        gradients, to the accuracy that a step among several deserves.
        """
        release()  # what the denoiser's tiles have left behind is needed for the transforms
        noise = self.physics.noise
        rho = per_image(noise.sigma if isinstance(noise, GaussianNoise) else 1.0, x) ** 2 / per_image(step, x)
        out = torch.empty_like(x)
        for channel in range(x.shape[1]):
            operator, point = self.physics.of_channel(channel), x[:, channel : channel + 1]
            missing = self.y[:, channel : channel + 1] - self.physics.seen(operator.A(point))
            if self.physics.window is not None:
                missing = self.physics.window.embed(missing)
                self._complete(operator, self.physics.window, missing, rho.flatten())
            torch.add(point, operator.solve_regularized(missing, rho.flatten()), out=out[:, channel : channel + 1])
        return out

    def _complete(self, operator: LinearPhysics, window: Window, missing: Tensor, rho: Tensor) -> None:
        """Put the continuation ``e`` around the window of ``missing``, which is zero there."""

        def smoothed(frame: Tensor) -> Tensor:
            return window.frame(operator.A(operator.solve_regularized(frame, rho)))

        def apply(edge: Tensor) -> Tensor:
            return edge - smoothed(window.of_frame(edge))

        edge = cg(apply, smoothed(missing), tol=self.tol, max_steps=self.steps).x
        missing += window.of_frame(edge)


def extend(y: Tensor, window: Window) -> Tensor:
    """``y`` continued smoothly to a periodic picture of the full size, in which it is the part ``window``.

    Each side is mirrored, and the mirror images of opposite sides fade into each other across the seam.
    """
    out = y.new_empty(*y.shape[:-2], window.full_height, window.full_width)
    rows = _continuation(window.top, window.height, window.full_height, y)
    columns = _continuation(window.left, window.width, window.full_width, y)
    for image, plane in zip(y.flatten(0, -3), out.flatten(0, -3), strict=True):
        tall = torch.lerp(image[rows[0]], image[rows[1]], rows[2][:, None])
        plane.copy_(torch.lerp(tall[:, columns[0]], tall[:, columns[1]], columns[2]))
    return out


def _continuation(before: int, length: int, total: int, like: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """For every position of a period of ``total``: a mirrored index, that of the next period, and the share of this."""
    position = (torch.arange(total, device=like.device) - before) % total  # the gap comes after the picture
    gap = total - length
    share = ((position - length + 1).clamp_min(0).to(like.dtype) / (gap + 1)).clamp(0, 1)
    share = (1 - torch.cos(torch.pi * share)) / 2
    return _mirror(position, length), _mirror(position - total, length), share


def _mirror(position: Tensor, length: int) -> Tensor:
    """Reflection about the outer samples' outer edges: ... 1 0 0 1 2 ... n-1 n-1 n-2 ..."""
    folded = position % (2 * length)
    return torch.where(folded < length, folded, 2 * length - 1 - folded)
