"""Images that are displaced."""

from collections.abc import Iterator
from itertools import product

import torch
from torch import Tensor
from typing_extensions import override

from preimage._ranges import check_interval
from preimage._shapes import check_image
from preimage.transform.actions.base import FiniteGroup, image_by_image, uniforms

__all__ = ["Shift", "ShiftTime"]


class Shift(FiniteGroup):
    """Periodic shifts by whole pixels, along rows and columns, and through the slices of a volume.

    The parameters (B, 3) are the shifts along D, H, W as parts of the side, of which images use the last two; rounded
    to whole pixels. They are uniform in ``[-most, most)``.

    Args:
        most: the longest shift that is drawn, as a part of the side, in (0, 0.5]; with 0.5 all shifts are equally
            likely. All shifts belong to the group whatever is drawn.

    Raises:
        ArgumentError: ``most`` is out of its range.
    """

    def __init__(self, most: float = 0.5) -> None:
        super().__init__()
        check_interval("most", most, "(0, 0.5]", "half a period is the longest shift there is")
        self.most = most

    @override
    def draw(self, batch: int, rng: torch.Generator | None = None) -> Tensor:
        return self.most * (2 * uniforms(batch, 3, rng) - 1)

    @override
    def transform(self, x: Tensor, params: Tensor) -> Tensor:
        return _rolled(x, params, 1)

    @override
    def inverse(self, x: Tensor, params: Tensor) -> Tensor:
        return _rolled(x, params, -1)

    @override
    def elements(self, x: Tensor) -> Iterator[Tensor]:
        check_image(x)
        sizes = (1, *x.shape[2:])[-3:]
        for steps in product(*map(range, sizes)):
            row = [step / size for step, size in zip(steps, sizes, strict=True)]
            yield torch.tensor([row], dtype=torch.float64)


class ShiftTime(FiniteGroup):
    """Periodic shifts of films (B, C, T, H, W) by whole frames.

    The parameters (B,) are parts of the duration, uniform in ``[-most, most)``, rounded to whole frames.

    Args:
        most: the longest shift that is drawn, as a part of the duration, in (0, 0.5].

    Raises:
        ArgumentError: ``most`` is out of its range.
    """

    def __init__(self, most: float = 0.5) -> None:
        super().__init__()
        check_interval("most", most, "(0, 0.5]", "half a period is the longest shift there is")
        self.most = most

    @override
    def draw(self, batch: int, rng: torch.Generator | None = None) -> Tensor:
        return self.most * (2 * uniforms(batch, 1, rng)[:, 0] - 1)

    @override
    def transform(self, x: Tensor, params: Tensor) -> Tensor:
        check_image(x, spatial=(3,))
        return _rolled(x, _along_time(params), 1)

    @override
    def inverse(self, x: Tensor, params: Tensor) -> Tensor:
        check_image(x, spatial=(3,))
        return _rolled(x, _along_time(params), -1)

    @override
    def elements(self, x: Tensor) -> Iterator[Tensor]:
        check_image(x, spatial=(3,))
        for step in range(x.shape[2]):
            yield torch.tensor([step / x.shape[2]], dtype=torch.float64)


def _along_time(params: Tensor) -> Tensor:
    return torch.stack([params, torch.zeros_like(params), torch.zeros_like(params)], 1)


def _rolled(x: Tensor, parts: Tensor, sign: int) -> Tensor:
    """``x`` moved by ``parts`` (B, 3) of its sides."""
    check_image(x)
    axes = tuple(range(2 - x.ndim, 0))
    steps = (parts.cpu()[:, len(axes) * -1 :] * torch.tensor(x.shape[2:])).round().long()
    keys = [tuple(row) for row in (sign * steps).tolist()]
    return image_by_image(lambda image, step: image.roll(step, axes), x, keys)
