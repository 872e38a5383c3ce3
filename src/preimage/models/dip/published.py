"""The settings of the publication, one function for each of its applications.

Source: Ulyanov, Vedaldi, Lempitsky, "Deep image prior", CVPR 2018, supplementary material and the authors' program.
"""

from functools import partial

from torch import Tensor

from preimage.models.dip.early_stopping import LastStep
from preimage.models.dip.fit import Fit
from preimage.models.dip.inputs import GuideInput, MeshGrid, NoiseInput
from preimage.models.dip.networks.skipnet import SkipNet, SkipScale, scales
from preimage.models.dip.prior import DeepImagePrior

__all__ = [
    "denoising",
    "few_pixels",
    "flash_no_flash",
    "inpainting_holes",
    "inpainting_regions",
    "inpainting_text",
    "jpeg_restoration",
    "missing_pixels",
    "superresolution",
]

_NEAREST = SkipScale(upsampling="nearest")


def denoising(sigma: float = 25 / 255) -> DeepImagePrior:
    """For noise of about the level ``sigma``, 25 or 50 of 255 in the publication: 1800 steps, averaged."""
    return DeepImagePrior(SkipNet, fit=Fit(1800, input_noise=1 / 20 if sigma > 37 / 255 else 1 / 30), stop=LastStep())


def jpeg_restoration() -> DeepImagePrior:
    """For the blocks and halos of JPEG: a network of few channels at the fine scales, 2400 steps."""
    network = partial(SkipNet, scales=scales((8, 16, 32, 64, 128), (0, 0, 0, 4, 4)))
    return DeepImagePrior(network, NoiseInput(3), Fit(2400), LastStep())


def superresolution(factor: int = 4) -> DeepImagePrior:
    """For four times (2000 steps) or eight times (4000 steps) as many pixels along each axis."""
    fit = Fit(2000, input_noise=0.03) if factor <= 4 else Fit(4000, input_noise=0.05)
    return DeepImagePrior(SkipNet, fit=fit, stop=LastStep())


def inpainting_text() -> DeepImagePrior:
    """For thin things over a picture, such as text: wide connections across, 6001 steps."""
    network = partial(SkipNet, scales=scales((128,) * 5, 128, _NEAREST))
    return DeepImagePrior(network, fit=Fit(6001, input_noise=0.03), stop=LastStep())


def inpainting_holes() -> DeepImagePrior:
    """For a large hole in a smooth region: coordinates as input, nothing across, 5001 steps."""
    network = partial(SkipNet, scales=scales((128,) * 5, 0, _NEAREST))
    return DeepImagePrior(network, MeshGrid(), Fit(5001, input_noise=0.03), LastStep())


def inpainting_regions() -> DeepImagePrior:
    """For a large hole among textures: six scales of 5x5 convolutions, 3001 steps."""
    shape = SkipScale(kernel=5, pointwise=False, upsampling="nearest")
    network = partial(SkipNet, scales=scales((16, 32, 64, 128, 128, 128), 0, shape))
    return DeepImagePrior(network, NoiseInput(1), Fit(3001, input_noise=0), LastStep())


def missing_pixels() -> DeepImagePrior:
    """For half of the pixels missing at random: a small learning rate, 11000 steps."""
    return DeepImagePrior(SkipNet, fit=Fit(11000, rate=0.001, input_noise=0.03), stop=LastStep())


def few_pixels() -> DeepImagePrior:
    """For all but a few pixels missing, as few as 2 %: nothing across, 1000 steps."""
    network = partial(SkipNet, scales=scales((16, 32, 64, 128, 128), 0, SkipScale(downsampling="average")))
    return DeepImagePrior(network, fit=Fit(1000, input_noise=0), stop=LastStep())


def flash_no_flash(flash: Tensor) -> DeepImagePrior:
    """For a picture without flash, given one of the same scene with flash, (C, H, W), as input; 601 steps."""
    shape = scales((128,) * 5, 4)
    fine = scales((128,) * 2, 4, _NEAREST)
    network = partial(SkipNet, scales=(*fine, *shape[2:]))
    return DeepImagePrior(network, GuideInput(flash), Fit(601, rate=0.1, input_noise=0), LastStep())
