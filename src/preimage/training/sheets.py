"""Pictures of what a model does, beside one another."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from preimage.files import ImageFile

__all__ = ["write_sheet"]


def write_sheet(path: Path, columns: Sequence[Tensor]) -> None:
    """Write batches of images (B, C, ...) as one picture: a row for each image, a column for each batch.

    Complex images are shown by their modulus, volumes by the slice in their middle, images of neither one nor three
    channels by the first; values are clipped to [0, 1].
    """
    shown = [_shown(column) for column in columns]
    channels = max(column.shape[1] for column in shown)
    rows = torch.cat([column.expand(-1, channels, -1, -1) for column in shown], 3)
    picture = rows.permute(0, 2, 3, 1).flatten(0, 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    ImageFile.from_array((picture.clamp(0, 1) * 255).round().to(torch.uint8).numpy()).write(path, overwrite=True)


def _shown(images: Tensor) -> Tensor:
    images = images.detach().cpu()
    images = images.abs() if images.is_complex() else images
    images = images[:, :, images.shape[2] // 2] if images.ndim == 5 else images
    return (images if images.shape[1] in (1, 3) else images[:, :1]).float()
