"""Physics of photographs: channel by channel, on a field of view larger than what was recorded."""

from collections.abc import Sequence

import torch
from torch import Tensor
from typing_extensions import override

from preimage.physics.blur.limits import Limits
from preimage.physics.blur.window import Window
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics

__all__ = ["CameraPhysics", "Channelwise"]

_NO_LIMITS = Limits()


class CameraPhysics(LinearPhysics):
    """``A x = window(A_c x_c)`` for each channel ``c``: a camera records part of what reaches its lens.

    A photograph of a blurred scene is no periodic convolution: its border depends on what lies outside. Here the image
    is larger than the photograph by the reach of the kernel, the operators may be periodic, and what they say outside
    the window is not compared with anything.

    Channels are processed one at a time, so that the temporary arrays are a third of a colour picture.

    Attributes:
        window: the recorded part of the operators' measurement; ``None`` for all of it.
        limits: where the sensor clips; the data term takes samples at a limit for bounds.

    Source: this library.
    """

    window: Window | None
    limits: Limits

    def of_channel(self, index: int) -> LinearPhysics:
        """The operator of channel ``index``, from 0."""
        raise NotImplementedError

    def recorded(self, y: Tensor) -> Tensor:
        """The recorded part of a full measurement, a view."""
        return y if self.window is None else self.window.of(y)

    def A(self, x: Tensor) -> Tensor:
        """``window(A_c x_c)`` of every channel ``c``."""
        return torch.cat([self.recorded(self.of_channel(c).A(x[:, c : c + 1])) for c in range(x.shape[1])], 1)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """Zero outside the window, then the adjoint of each channel's operator."""
        full = y if self.window is None else self.window.embed(y)
        return torch.cat([self.of_channel(c).A_adjoint(full[:, c : c + 1]) for c in range(y.shape[1])], 1)

    def seen(self, y: Tensor) -> None:
        """Every entry: the window holds what was recorded."""

    def A_dagger(self, y: Tensor) -> Tensor:
        """In closed form where everything is recorded and the operators have one; otherwise iterative."""
        if self.window is not None:
            return super().A_dagger(y)
        return torch.cat([self.of_channel(c).A_dagger(y[:, c : c + 1]) for c in range(y.shape[1])], 1)


class Channelwise(CameraPhysics):
    """A :class:`CameraPhysics` made of given operators.

    Args:
        operators: one for all channels, or one for each.
        window: the recorded part of the operators' measurement; all of it by default.
        noise: the law of the measurement; none by default.
        limits: where the sensor clips; the data term takes samples at a limit for bounds.

    Source: this library.
    """

    def __init__(
        self,
        operators: Sequence[LinearPhysics],
        window: Window | None = None,
        noise: Noise | None = None,
        limits: Limits = _NO_LIMITS,
    ) -> None:
        super().__init__(noise)
        self.operators = operators
        self.window = window
        self.limits = limits

    @override
    def of_channel(self, index: int) -> LinearPhysics:
        operator = self.operators[min(index, len(self.operators) - 1)]
        assert isinstance(operator, LinearPhysics)  # by construction
        return operator
