"""The acquisition: ``y = physics(x)``."""

from collections.abc import Callable

import torch
from torch import Tensor
from typing_extensions import Self

from preimage._module import Module
from preimage._recording import leaf, recorded, slope
from preimage._tree import Measurement, dot, tree_map
from preimage._views import fields_markup
from preimage.physics.noise import Noise, NoNoise

__all__ = ["Physics"]


class Physics(Module):
    r"""A forward model ``y = N(A(x))``: an operator :meth:`A` and a ``noise`` that samples and scores.

    Subclasses define :meth:`A` and store their constructor's arguments. Images are (B, C, H, W) or (B, C, D, H, W),
    nominally in [0, 1]; a measurement is a tensor, or a tuple of tensors for stacked sensors.

    Args:
        noise: the law of the measurement given ``A(x)``; none by default.
    """

    noise: Noise

    def __init__(self, noise: Noise | None = None) -> None:
        super().__init__()
        self.noise = NoNoise() if noise is None else noise

    def A(self, x: Tensor) -> Measurement:
        """The noiseless measurement of ``x``."""
        raise NotImplementedError

    def forward(self, x: Tensor, rng: torch.Generator | None = None, **params: object) -> Measurement:
        """Measure ``x``, noise included. ``params`` name fields of the physics or of its noise, for this call only."""
        physics = self.replace(**params) if params else self
        return physics.noise.sample(physics.A(x), rng)

    @property
    def kind(self) -> str:
        """The name of the class of the operator, in whatever unit it measures."""
        return type(self).__name__

    def with_noise(self, noise: Noise) -> Self:
        """The same operator under another noise, which every sensor of a stack gets."""
        return self.map_noise(lambda _: noise)

    def map_noise(self, change: Callable[[Noise], Noise]) -> Self:
        """The same operator under ``change(noise)``, sensor by sensor of a stack."""
        return self.replace(noise=change(self.noise))

    def sensors(self, y: Measurement) -> "tuple[tuple[Physics, Measurement], ...]":
        """The sensors of a stack, each with its part of ``y``; none where the operator is no stack."""
        return ()

    def vjp(self, x: Tensor, v: Measurement) -> Tensor:
        """``J(x)^H v`` with the Jacobian ``J`` of :meth:`A` at ``x``."""
        return self.pullback(x)[1](v)

    def pullback(self, x: Tensor) -> tuple[Measurement, Callable[[Measurement], Tensor]]:
        """``A(x)`` and the map ``v -> J(x)^H v`` with the Jacobian ``J`` of :meth:`A` at ``x``.

        By automatic differentiation, unless a subclass knows better; where no gradients are recorded, :meth:`A` is
        computed but once.
        """
        if torch.is_grad_enabled():
            return self.A(x), lambda v: slope(lambda point: dot(v, self.A(point)), x)[1]
        with recorded():
            point = leaf(x.detach())
            y = self.A(point)

        def pull(v: Measurement) -> Tensor:
            with recorded():
                return torch.autograd.grad(dot(v, y).sum(), point, retain_graph=True)[0]

        return tree_map(Tensor.detach, y), pull

    def seen(self, y: Measurement) -> Measurement:
        """Which entries of the measurement ``y`` the image reaches: all of them, unless a subclass knows better.

        Booleans that broadcast to ``y``, or ``None`` for every entry; a tuple where ``y`` is one. Data terms, stopping
        rules and weights take no notice of the other entries, whatever they hold.
        """
        return tree_map(lambda leaf: None, y)

    def _repr_html_(self) -> str:
        """Its fields, kernels and masks as pictures, for notebooks."""
        return fields_markup(f"{type(self).__name__}: y = N(A(x))", self.fields())
