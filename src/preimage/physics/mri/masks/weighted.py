"""Columns drawn by a density."""

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage.physics.mri.masks.columns import ColumnMaskGenerator

__all__ = ["GaussianMaskGenerator", "PolyOrderMaskGenerator", "RandomMaskGenerator"]


class _WeightedMaskGenerator(ColumnMaskGenerator):
    """Columns outside of the middle drawn without replacement, each with a chance in proportion to its weight."""

    @property
    def numbers_of_frame(self) -> int:
        """One for each column."""
        return self.shape[-1]

    def columns(self, u: Tensor) -> Tensor:
        """Exactly as many as are missing to the number that the acceleration asks for."""
        width = self.shape[-1]
        first = width // 2 - self._middle // 2
        distance = (torch.arange(width, dtype=torch.float64) - width // 2).abs() / max(width / 2, 1)
        weights = self.density(distance)
        weights[first : first + self._middle] = 0
        # The largest of weight-dependent random keys: sampling without replacement (Efraimidis and Spirakis, 2006).
        keys = torch.where(weights > 0, u.log() / weights.clamp_min(1e-300), -torch.inf)
        taken = torch.zeros(len(u), width, dtype=torch.bool)
        return taken.scatter_(1, keys.topk(self._taken - self._middle).indices, True)

    def density(self, distance: Tensor) -> Tensor:
        """Weights of columns by their distance from the zero frequency, which is 1 at the border."""
        raise NotImplementedError


class RandomMaskGenerator(_WeightedMaskGenerator):
    """Columns outside of the middle with equal chances.

    The number of columns is exactly that of the acceleration; in fastMRI's random masks it is so in the mean.

    Shapes: ``mask`` (B, 1, H, W) or (B, 1, T, H, W).

    Source: Zbontar et al., "fastMRI: An open dataset and benchmarks for accelerated MRI", arXiv 1811.08839.
    """

    def density(self, distance: Tensor) -> Tensor:
        """The same for every column."""
        return torch.ones_like(distance)


class GaussianMaskGenerator(_WeightedMaskGenerator):
    """Columns outside of the middle with chances that fall as a Gaussian of the frequency.

    Args:
        std: standard deviation in units of the largest frequency, > 0.

    Shapes: ``mask`` (B, 1, H, W) or (B, 1, T, H, W).
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        acceleration: float = 4.0,
        center_fraction: float | None = None,
        std: float = 0.5,
    ) -> None:
        check_level("std", std, "0.5 is usual")
        super().__init__(shape, acceleration, center_fraction)
        self.std = std

    def density(self, distance: Tensor) -> Tensor:
        """``exp(-distance^2 / (2 std^2))``."""
        return (-0.5 * (distance / self.std) ** 2).exp()


class PolyOrderMaskGenerator(_WeightedMaskGenerator):
    """Columns outside of the middle with chances that fall as a power of the distance to the border.

    Args:
        order: exponent, > 0; 8 is usual.

    Shapes: ``mask`` (B, 1, H, W) or (B, 1, T, H, W).

    Source: Lustig, Donoho, Pauly, "Sparse MRI", Magnetic Resonance in Medicine 58, 2007.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        acceleration: float = 4.0,
        center_fraction: float | None = None,
        order: float = 8.0,
    ) -> None:
        check_level("order", order, "8 is usual")
        super().__init__(shape, acceleration, center_fraction)
        self.order = order

    def density(self, distance: Tensor) -> Tensor:
        """``(1 - distance)^order``, and a little at the border."""
        return (1 - distance).clamp_min(1e-3) ** self.order
