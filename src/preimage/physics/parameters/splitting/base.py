"""What every generator of splitting masks does."""

import torch
from torch import Tensor

from preimage._ranges import check_interval
from preimage.errors import ShapeError
from preimage.physics.parameters.base import ParameterGenerator

__all__ = ["SplittingMaskGenerator", "require_shape"]


class SplittingMaskGenerator(ParameterGenerator):
    """A law of masks, one where an entry is seen and zero where it is kept back to judge by.

    ``generator(batch, rng)["mask"]`` are masks of whole measurements; :meth:`split` keeps some entries of masks that
    there are already, such as those of an :class:`preimage.physics.Inpainting` or an MRI.

    Args:
        shape: the shape of a measurement without the batch, such as (C, H, W).

    Shapes: ``mask`` (B, *shape).

    Raises:
        ShapeError: the shape is empty, or has an axis without entries.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        require_shape(shape, 1)
        self.shape = shape

    def draw_batch(self, batch: int, rng: torch.Generator | None) -> dict[str, Tensor]:
        """Masks of ``batch`` whole measurements, as the parameter ``mask``, booleans."""
        whole = torch.ones(1, dtype=torch.bool).expand(batch, *self.shape)
        return {"mask": self.kept(whole, rng).expand_as(whole)}

    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        """One mask, as the parameter ``mask``."""
        return {"mask": self.draw_batch(1, rng)["mask"][0]}

    def split(self, mask: Tensor, rng: torch.Generator | None = None) -> Tensor:
        """``mask``, zero where it is drawn to be kept back.

        Args:
            mask: (B, *shape), zero where nothing is measured; what is zero stays zero.
            rng: source of randomness; the global generator by default.

        Raises:
            ShapeError: the mask has another shape.
        """
        if tuple(mask.shape[1:]) != tuple(self.shape):
            raise ShapeError(
                f"`mask` must have shape (B, {', '.join(map(str, self.shape))}), got {tuple(mask.shape)}; expand it."
            )
        return mask * self.kept(mask, rng).to(mask)

    def kept(self, mask: Tensor, rng: torch.Generator | None) -> Tensor:
        """Whether each entry is kept, booleans that broadcast to ``mask`` (B, *shape)."""
        raise NotImplementedError


def require_shape(shape: tuple[int, ...], rank: int) -> None:
    """Require ``rank`` axes or more, none of them empty."""
    if len(shape) < rank or min(shape) < 1:
        raise ShapeError(f"`shape` must have {rank} or more axes, none empty, got {shape}; leave out the batch.")


def require_ratio(ratio: float | tuple[float, float]) -> None:
    """Require a number in [0, 1], or a pair of them in order.

    Raises:
        ArgumentError: it is not.
    """
    low, high = ratio if isinstance(ratio, tuple) else (ratio, ratio)
    check_interval("ratio", low, "[0, 1]", "it is the share that is kept")
    check_interval("ratio", high, f"[{low}, 1]", "a range is (low, high)")


def draw_uniforms(shape: tuple[int, ...], like: Tensor, rng: torch.Generator | None) -> Tensor:
    """Numbers uniform in [0, 1), float32, drawn on the generator's own device and moved to that of ``like``."""
    device = "cpu" if rng is None else rng.device
    return torch.rand(shape, generator=rng, device=device, dtype=torch.float32).to(like.device)
