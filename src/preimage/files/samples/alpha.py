"""Transparency, and colours that are multiplied by it."""

import numpy as np
import torch
from torch import Tensor

from preimage.files.samples.scale import full_scale

__all__ = ["clipped_to", "converted_alpha", "resized_alpha", "without_alpha"]


def converted_alpha(alpha: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """``alpha`` as another type."""
    if alpha.dtype == dtype:
        return alpha
    unit = torch.from_numpy(alpha / np.float32(full_scale(alpha.dtype).high))
    return full_scale(dtype).samples(unit, dtype)


def resized_alpha(alpha: np.ndarray, height: int, width: int) -> np.ndarray:
    """``alpha`` interpolated linearly to another size."""
    if alpha.dtype.kind == "b":
        return resized_alpha(alpha.astype(np.float32), height, width) >= 0.5
    unit = torch.from_numpy(alpha.astype(np.float32))[None, None]
    resized = torch.nn.functional.interpolate(unit, size=(height, width), mode="bilinear", align_corners=False)
    values = resized[0, 0].numpy()
    return np.rint(values).astype(alpha.dtype) if alpha.dtype.kind in "iu" else values.astype(alpha.dtype)


def without_alpha(colour: Tensor, alpha: np.ndarray, top: float) -> Tensor:
    """``colour / alpha``, of pixels (C, H, W) that were multiplied by it; black where nothing is to be seen.

    Args:
        top: the sample of ``alpha`` that is opaque.
    """
    share = torch.from_numpy(alpha.astype(np.float32)) / top
    return torch.where(share > 0, colour / share.where(share > 0, 1), 0)


def clipped_to(alpha: np.ndarray, samples: np.ndarray, channels: int) -> np.ndarray:
    """``samples`` (H, W, C) of integers whose first ``channels`` are at most ``alpha``: there is no more light."""
    if samples.dtype.kind != "f" and samples.dtype == alpha.dtype:
        np.minimum(samples[..., :channels], alpha[..., None], out=samples[..., :channels])
    return samples
