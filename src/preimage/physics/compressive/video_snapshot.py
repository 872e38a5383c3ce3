"""Several frames of a film in one exposure."""

import torch
from torch import Tensor
from typing_extensions import Self

from preimage._ranges import check_interval
from preimage._shapes import check_float
from preimage._tree import Measurement
from preimage.errors import ShapeError
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics
from preimage.physics.operator.structure import Diagonal
from preimage.transform import Pixels

__all__ = ["VideoSnapshot"]


class VideoSnapshot(LinearPhysics):
    r"""``y = sum_t masks_t * x_t``: a coded exposure, in which each frame passes a mask of its own.

    ``A A^H = diag(sum_t masks_t^2)`` acts pixel by pixel: the pseudo-inverse, regularised solves, proxes and the norm
    are closed forms.

    Args:
        masks: the transmission in each frame, real, (T, H, W), or (1 or B, 1 or C, T, H, W) where channels or samples
            have masks of their own.

    Shapes: ``x`` (B, C, T, H, W), real or complex; ``y`` (B, C, H, W).

    Raises:
        ShapeError: ``masks`` are not real or have another rank.

    Source: Llull et al., "Coded aperture compressive temporal imaging", 2013.
    """

    def __init__(self, masks: Tensor, noise: Noise | None = None) -> None:
        super().__init__(noise)
        if masks.ndim not in (3, 5) or not masks.is_floating_point():
            raise ShapeError(
                f"`masks` must be real and have shape (T, H, W) or (B, C, T, H, W), got {masks.dtype} of shape "
                f"{tuple(masks.shape)}; `VideoSnapshot.random` draws them."
            )
        self.masks = masks

    @classmethod
    def random(
        cls,
        shape: tuple[int, int, int],
        density: float = 0.5,
        rng: torch.Generator | None = None,
        noise: Noise | None = None,
    ) -> Self:
        """Masks of ones and zeros.

        Args:
            shape: (T, H, W).
            density: the probability of a one, in (0, 1].
            rng: the generator of the random numbers, on whose device they are.
            noise: the law of the measurement.

        Raises:
            ArgumentError: ``density`` is out of its range.
        """
        check_interval("density", density, "(0, 1]", "one half is usual")
        device = torch.device("cpu") if rng is None else rng.device
        return cls((torch.rand(shape, generator=rng, device=device) < density).float(), noise)

    def A(self, x: Tensor) -> Tensor:
        """The sum of the frames behind their masks."""
        check_float(x)
        masks = self._fitted(x)
        if x.ndim != 5 or x.shape[2:] != masks.shape[2:]:
            raise ShapeError(
                f"`x` must have shape (B, C, T, H, W) with {tuple(masks.shape[2:])} at the end, got {tuple(x.shape)}; "
                "give masks for its frames."
            )
        return (masks * x).sum(2)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """``y`` behind each mask."""
        check_float(y, "y")
        return self._fitted(y) * y[:, :, None]

    def outer_diagonal(self, like: Tensor) -> Diagonal:
        """The sum of the squared masks."""
        return Diagonal(Pixels(), Pixels(), lambda: self._fitted(like).square().sum(2))

    def seen(self, y: Measurement) -> Measurement:
        """Pixels that some frame passes."""
        return (self._fitted(y) != 0).any(2)

    def _fitted(self, like: Tensor) -> Tensor:
        """The masks of rank five, in the precision of ``like``."""
        masks = self.masks if self.masks.ndim == 5 else self.masks[None, None]
        return masks.to(like.real.dtype)
