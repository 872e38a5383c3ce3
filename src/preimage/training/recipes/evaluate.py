"""How good a network is."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
import torch
from torch import Tensor, nn

from preimage.metric import PSNR
from preimage.models.sparse.levels import jpeg_level
from preimage.physics import JPEG, Physics

__all__ = ["deblocking_psnr", "deblurring_psnr", "denoising_psnr", "filling_psnr", "measured_crops"]


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
def deblocking_psnr(network: nn.Module, images: Sequence[Tensor], quality: int) -> float:
    """Mean PSNR in dB over ``images``, uint8 (C, H, W), after JPEG of ``quality`` (4:2:0).

    ``network`` takes three channels and the level ``1 - quality / 100``; of grey pictures three equal ones, whose mean
    counts. The estimate is clipped to [0, 1] and rounded to multiples of 1/255.
    """
    device = next(chain(network.parameters(), network.buffers())).device
    scores = []
    for image in images:
        x = image[None].float() / 255
        y = JPEG(quality).A(x)
        estimate = network(y.expand(1, 3, -1, -1).to(device), jpeg_level(quality)).cpu().double()
        estimate = estimate if len(image) == 3 else estimate.mean(1, keepdim=True)
        scores.append(PSNR()((estimate.clamp(0, 1) * 255).round() / 255, x.double()))
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


def measured_crops(images: Sequence[Tensor], physics: Physics, size: int = 128) -> tuple[Tensor, Tensor]:
    """The central ``size`` x ``size`` crops of uint8 ``images`` (C, H, W), in [0, 1], and their measurements."""
    crops = []
    for image in images:
        top, left = ((length - size) // 2 for length in image.shape[-2:])
        crops.append(image[:, top : top + size, left : left + size])
    clean = torch.stack(crops).float() / 255
    return clean, physics(clean, rng=torch.Generator().manual_seed(0))


@torch.no_grad()
def deblurring_psnr(model: nn.Module, images: Sequence[Tensor], physics: Physics, size: int = 128) -> float:
    """Mean PSNR in dB of ``model(y, physics)``, clipped to [0, 1], on :func:`measured_crops`."""
    clean, y = measured_crops(images, physics, size)
    device = next(chain(model.parameters(), model.buffers()), clean).device
    estimate = model(y.to(device), physics.to(device)).clamp(0, 1).cpu()
    return float(PSNR()(estimate, clean).mean())
