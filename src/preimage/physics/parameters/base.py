"""What every generator of parameters does."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from preimage._module import Module
from preimage.errors import ArgumentError

__all__ = ["ParameterGenerator"]


class ParameterGenerator(Module):
    """A law of parameters: ``generator(batch, rng)`` draws one value per image, by name, for ``physics(x, **params)``.

    Draws are made one image after the other in float64 on the CPU (or the device of ``rng``), so that the first images
    of a batch do not depend on its size, nor values on the dtype. Generators go together as ``a(n, rng) | b(n, rng)``.

    Subclasses define :meth:`draw` and store their constructor's arguments. One whose draws can be computed together
    defines :meth:`draw_batch`, too.
    """

    def forward(
        self,
        batch: int = 1,
        rng: torch.Generator | None = None,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str | None = None,
    ) -> dict[str, Tensor]:
        """Parameters of ``batch`` images.

        Args:
            batch: how many images, >= 1.
            rng: source of randomness; the global generator by default.
            dtype, device: the dtype and device of the tensors returned.

        Shapes: every tensor has ``batch`` as its leading dimension; kernels are (batch, 1, h, w).

        Raises:
            ArgumentError: ``batch`` is below one.
        """
        if batch < 1:
            raise ArgumentError(f"`batch` must be at least 1, got {batch}; ask for one or more images.")
        return {name: value.to(device, dtype) for name, value in self.draw_batch(batch, rng).items()}

    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        """The parameters of one image, float64, without the batch dimension."""
        raise NotImplementedError

    def draw_batch(self, batch: int, rng: torch.Generator | None) -> dict[str, Tensor]:
        """The parameters of ``batch`` images, float64: what as many calls of :meth:`draw` give, side by side."""
        draws = [self.draw(rng) for _ in range(batch)]
        return {name: torch.stack([one[name] for one in draws]) for name in draws[0]}


def uniform(low: float, high: float, rng: torch.Generator | None) -> Tensor:
    """One number, uniform in [low, high), float64 on the CPU."""
    return low + (high - low) * _drawn(torch.rand, 1, rng)[0]


def uniforms(count: int, rng: torch.Generator | None) -> Tensor:
    """Numbers uniform in [0, 1), float64 on the CPU."""
    return _drawn(torch.rand, count, rng)


def normal(count: int, rng: torch.Generator | None) -> Tensor:
    """Standard normal numbers, float64 on the CPU."""
    return _drawn(torch.randn, count, rng)


def require_range(bounds: tuple[float, float], name: str, least: float = 0.0) -> None:
    """Require ``least <= low <= high < inf``."""
    if not least <= bounds[0] <= bounds[1] < math.inf:
        raise ArgumentError(f"`{name}` must be a pair {least} <= low <= high, got {bounds}; give a range.")


def _drawn(law: Callable[..., Tensor], count: int, rng: torch.Generator | None) -> Tensor:
    device = "cpu" if rng is None else rng.device
    return law(count, generator=rng, dtype=torch.float64, device=device).cpu()
