"""Random filters before decimation."""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage._ranges import check_count
from preimage.errors import ArgumentError
from preimage.physics.kernels import bicubic_filter, bilinear_filter, gaussian_blur, sinc_filter
from preimage.physics.parameters.base import ParameterGenerator

__all__ = ["DownsamplingGenerator"]

_FILTERS: dict[str, Callable[[float], Tensor]] = {
    "bicubic": lambda factor: bicubic_filter(factor, torch.float64),
    "bilinear": lambda factor: bilinear_filter(factor, torch.float64),
    "gaussian": lambda factor: gaussian_blur(factor / 2, dtype=torch.float64),
    "sinc": lambda factor: sinc_filter(factor, dtype=torch.float64),
}


class DownsamplingGenerator(ParameterGenerator):
    """The filter of a decimation by ``factor``, chosen at random by name; smaller ones are padded with zeros.

    Args:
        factor: the factor of the decimation, >= 1.
        filters: names among "bicubic", "bilinear", "gaussian" (standard deviation ``factor / 2``) and "sinc".

    Shapes: ``kernel`` (B, 1, k, k) with the same odd ``k`` for all.

    Raises:
        ArgumentError: a number is out of its range.

    Source: this library.
    """

    def __init__(self, factor: int = 2, filters: Sequence[str] = ("bicubic", "bilinear", "gaussian", "sinc")) -> None:
        super().__init__()
        check_count("factor", factor, "2 is the default")
        if not filters or any(name not in _FILTERS for name in filters):
            raise ArgumentError(
                f"`filters` must be names among {', '.join(_FILTERS)}, got {filters}; choose from those."
            )
        self.factor = factor
        self.filters = filters

    @property
    def numbers(self) -> int:
        """One, for the choice."""
        return 1

    def from_uniforms(self, u: Tensor) -> dict[str, Tensor]:
        """The filter that ``u`` chooses, as the parameter ``kernel``."""
        kernels = [_FILTERS[name](self.factor)[0] for name in self.filters]
        largest = max(kernel.shape[-1] for kernel in kernels)
        padded = torch.stack([F.pad(k, ((largest - k.shape[-1]) // 2,) * 4) for k in kernels])
        return {"kernel": padded[(u[:, 0] * len(kernels)).long()]}
