"""The data term of photographs: channel by channel, on a field of view larger than what was recorded."""

from typing import NamedTuple

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.fidelity.base import Likelihood
from preimage.functional import Proximable
from preimage.machine.compiler import is_recorded
from preimage.machine.memory import release
from preimage.physics import LinearPhysics
from preimage.physics.blur import CameraPhysics, Window
from preimage.solve import cg

__all__ = ["ChannelwiseLikelihood"]


class _Unknown(NamedTuple):
    """Entries of a full measurement that were not measured: the union over the batch, and which are a sample's own."""

    places: Tensor
    own: Tensor

    def of(self, x: Tensor) -> Tensor:
        """Those of ``x``, (B, 1, n), zero where another sample's."""
        return x.flatten(-2)[..., self.places] * self.own

    def embed(self, values: Tensor, like: Tensor) -> Tensor:
        """The adjoint of :meth:`of`, of the shape of ``like``."""
        full = like.new_zeros(like.shape)
        full.flatten(-2)[..., self.places] = values * self.own
        return full

    @staticmethod
    def where(unknown: Tensor) -> "_Unknown":
        """From booleans (B, 1, H, W)."""
        flat = unknown.flatten(-2)
        places = flat.any(0)[0].nonzero()[:, 0]
        return _Unknown(places, flat[..., places])


class ChannelwiseLikelihood(Likelihood, Proximable):
    """``f(x) = ||r||^2 / (2 sigma^2)``, ``r = A x - y``, for a :class:`preimage.physics.blur.CameraPhysics`.

    Where ``y`` is clipped, ``r`` is zero if ``A x`` is beyond the limit: ``min(A x - y, 0)`` at the brightest value.

    Args:
        steps: the number of steps of conjugate gradients, the most for a prox; >= 1.
        tol: relative residual at which these stop, >= 0.
        passes: the most times that a prox decides which clipped samples ``A x`` is beyond; >= 1.

    Raises:
        ArgumentError: a number is out of its range.
    """

    physics: CameraPhysics

    def __init__(
        self, physics: CameraPhysics, y: Measurement, steps: int = 10, tol: float = 1e-2, passes: int = 1
    ) -> None:
        super().__init__(physics, y)
        check_count("steps", steps, "the solver needs one")
        check_level("tol", tol, "1e-2 is usual", zero=True)
        check_count("passes", passes, "one is the default")
        self.steps = steps
        self.tol = tol
        self.passes = passes

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,), with the memory of one channel."""
        total = x.new_zeros(x.shape[0])
        for channel in range(x.shape[1]):
            y = self.y[:, channel : channel + 1]
            image = self.physics.recorded(self.physics.of_channel(channel).A(x[:, channel : channel + 1]))
            total = total + self.physics.noise.nll(self._agreed(image, y), y)
        return total

    def grad(self, x: Tensor) -> Tensor:
        """``A^H r / sigma^2``."""
        return self.value_and_grad(x)[1]

    def value_and_grad(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Both from one ``A x``."""
        z, pull = self.physics.pullback(x)
        agreed = self._agreed(z, self.y)
        return self.physics.noise.nll(agreed, self.y), pull(self.physics.noise.grad(agreed, self.y))

    def _agreed(self, z: Tensor, y: Tensor) -> Tensor:
        """``y`` where it is clipped and the prediction ``z`` beyond its limit, else ``z``."""
        limits = self.physics.limits
        return torch.where(limits.beyond(y, y - z), y, z) if limits.any else z

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        r"""The minimiser over ``u`` of ``step * f(u) + 1/2 ||u - x||^2``.

        With everything recorded it is ``x + B (y - A x)`` with ``B = (A^H A + rho)^-1 A^H``, in closed form. With ``M``
        the window and ``N = 1 - M`` its surroundings it is ``x + B (M (y - A x) + N e)``: ``e`` is what would have
        been recorded outside: ``(1 - N A B N) e = N A B M (y - A x)``. This small system is solved by conjugate
        gradients, to the accuracy that a step among several deserves. Clipped samples count as surroundings while
        ``A u`` is beyond their limit, at first ``A x``; ``passes`` more than one decide again by the new ``u``.
        """
        release()  # what the denoiser's tiles have left behind is needed for the transforms
        rho = per_image(self.physics.noise.least_squares, x) ** 2 / per_image(step, x)
        out = torch.empty_like(x)
        for channel in range(x.shape[1]):
            operator, point = self.physics.of_channel(channel), x[:, channel : channel + 1]
            y = self.y[:, channel : channel + 1]
            missing = y - self.physics.recorded(operator.A(point))
            if self.physics.limits.any and bool(self.physics.limits.clipped(y).any()):
                missing = self._between_limits(operator, y, missing, rho.flatten())
            elif self.physics.window is not None:
                missing = self.physics.window.embed(missing)
                missing = self._complete(operator, self.physics.window, missing, rho.flatten())
            change = operator.solve_regularized(missing, rho.flatten())
            if is_recorded(x, change):
                out[:, channel : channel + 1] = point + change
            else:
                torch.add(point, change, out=out[:, channel : channel + 1])
            del change  # the next channel needs the memory
        return out

    def _complete(self, operator: LinearPhysics, window: Window, missing: Tensor, rho: Tensor) -> Tensor:
        """``missing`` with the continuation ``e`` around the window, where it was zero."""

        def smoothed(frame: Tensor) -> Tensor:
            return window.frame(operator.A(operator.solve_regularized(frame, rho)))

        def apply(edge: Tensor) -> Tensor:
            return edge - smoothed(window.of_frame(edge))

        edge = cg(apply, smoothed(missing), tol=self.tol, max_steps=self.steps).x
        return _plus(missing, window.of_frame(edge))

    def _between_limits(self, operator: LinearPhysics, y: Tensor, missing: Tensor, rho: Tensor) -> Tensor:
        """``M (y - A x) + N e`` where ``N`` is the surroundings and the clipped samples that agree."""
        limits, window = self.physics.limits, self.physics.window
        free, full = limits.beyond(y, missing), missing
        for index in range(self.passes):
            measured = missing.masked_fill(free, 0)
            known = (~free).to(missing)
            full, known = (part if window is None else window.embed(part) for part in (measured, known))
            full = self._fill(operator, _Unknown.where(known == 0), full, rho)
            if index + 1 < self.passes:
                change = self.physics.recorded(operator.A(operator.solve_regularized(full, rho)))
                before, free = free, limits.beyond(y, missing - change)
                if torch.equal(before, free):
                    break
        return full

    def _fill(self, operator: LinearPhysics, unknown: _Unknown, missing: Tensor, rho: Tensor) -> Tensor:
        """As :meth:`_complete`, for any entries."""

        def smoothed(full: Tensor) -> Tensor:
            return unknown.of(operator.A(operator.solve_regularized(full, rho)))

        def apply(values: Tensor) -> Tensor:
            return values - smoothed(unknown.embed(values, missing))

        if not len(unknown.places):
            return missing
        values = cg(apply, smoothed(missing), tol=self.tol, max_steps=self.steps).x
        return _plus(missing, unknown.embed(values, missing))


def _plus(x: Tensor, change: Tensor) -> Tensor:
    """The sum, in the memory of ``x`` where no gradient needs what was there."""
    return x + change if is_recorded(x, change) else x.add_(change)
