"""How good a network is."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
import torch
from torch import Tensor, nn

from preimage.metric import PSNR

__all__ = ["denoising_psnr", "filling_psnr"]


@torch.no_grad()
def denoising_psnr(denoiser: nn.Module, images: Sequence[Tensor], sigma: float) -> float:
    """Mean PSNR in dB over ``images``, uint8 (C, H, W).

    Each image gets unclipped Gaussian noise from its own generator (NumPy's, seed 0, drawn in the order of the file's
    pixels); the estimate is clipped to [0, 1] and rounded to multiples of 1/255.

    Source: the tables of Zhang et al. (DnCNN, FFDNet, DPIR) are made this way.
    """
    device = next(chain(denoiser.parameters(), denoiser.buffers())).device
    scores = []
    for image in images:
        noise = np.random.RandomState(0).normal(0, sigma, (*image.shape[1:], image.shape[0]))
        noisy = image / 255 + torch.from_numpy(noise).permute(2, 0, 1)
        estimate = denoiser(noisy[None].float().to(device), sigma).cpu()
        rounded = (estimate.double().clamp(0, 1) * 255).round() / 255
        scores.append(PSNR()(rounded, image[None].double() / 255))
    return float(torch.cat(scores).mean())


@torch.no_grad()
def filling_psnr(network: nn.Module, images: Sequence[Tensor]) -> float:
    """Mean PSNR in dB over ``images``, uint8 (C, H, W), of which half of the pixels are missing at random.

    Pixels that are seen count as they are; rows and columns beyond the last multiple of eight are left out.
    """
    scores = []
    for image in images:
        x = image[None, :, : image.shape[1] // 8 * 8, : image.shape[2] // 8 * 8] / 255
        seen = (torch.rand(x.shape[-2:], generator=torch.Generator().manual_seed(0)) < 0.5).expand_as(x)
        drawn = network(torch.cat([x * seen, seen.to(x)], 1))
        scores.append(PSNR()(x.where(seen, drawn), x))
    return float(torch.cat(scores).mean())
