"""The pipelines of the publications, with their parameters."""

import math

from preimage._ranges import check_count
from preimage.degradations.blur import BlurStep, DecimationStep, SincStep
from preimage.degradations.camera import CameraStep
from preimage.degradations.combine import ChoiceStep, MaybeStep, RepeatStep, SequenceStep, ShuffleStep
from preimage.degradations.compress import JPEGStep
from preimage.degradations.crop import CropStep
from preimage.degradations.draws import Range, check_probability
from preimage.degradations.noise import GaussianNoiseStep, PoissonNoiseStep, SpeckleStep
from preimage.degradations.pipeline import Pipeline
from preimage.degradations.resize import ResizeStep, ResizeToStep
from preimage.degradations.sharpen import SharpenStep
from preimage.degradations.step import Step

__all__ = ["bsrgan", "bsrgan_plus", "real_esrgan", "scunet"]


def bsrgan(scale: int, camera: float = 0.25) -> Pipeline:
    """BSRGAN: two blurs, two reductions, noise, JPEG and a camera in random order, and JPEG once more.

    ``pipeline.draw(generator)(image)`` gives the picture at ``1 / scale`` of the size, and the picture (whose rows and
    columns beyond a multiple of ``scale`` are cut off). For ``scale`` 4, one of four is halved first.

    Where it differs from the published code: the camera is :class:`CameraStep`, since that of the publication was never
    released; resizing without antialiasing is that of the same formulas with pixels as squares, and "area" takes
    fractions of pixels exactly; the covariance of correlated noise is ``L^2 U^T D U`` itself, where the code takes its
    absolute values, which may be none.

    Args:
        scale: how many times smaller the picture becomes, >= 1.
        camera: probability of the camera.

    Raises:
        ArgumentError: the scale is below one, or ``camera`` no probability.

    Source: Zhang, Liang, Van Gool, Timofte, "Designing a practical degradation model for deep blind image
    super-resolution", ICCV 2021, and its code.
    """
    check_count("scale", scale, "give the factor of the super-resolution")
    check_probability("camera", camera)
    seven = _seven(scale, scale, camera)
    if scale == 4:
        halved = SequenceStep((_halving(), _seven(2, 4, camera)))
        seven = ChoiceStep((seven, halved), (0.75, 0.25))
    return Pipeline((CropStep(scale), seven, JPEGStep()))


def _halving() -> Step:
    direct = ResizeStep(down=(0.5, 0.5), weights=(0.0, 1.0, 0.0))
    smooth = ResizeStep(down=(0.5, 0.5), weights=(0.0, 1.0, 0.0), modes=("antialiased",))
    return ChoiceStep((direct, smooth), (0.5, 0.5))


def _seven(factor: int, total: int, camera: float) -> Step:
    """The shuffled steps for a reduction by ``factor``; after them the picture is ``total`` times smaller."""
    reduction = ResizeStep(down=(0.5 / factor, 1.0), weights=(0.0, 1.0, 0.0), inverse=True)
    first = ChoiceStep((reduction, DecimationStep(factor, (0.1, 0.6 * factor))), (0.75, 0.25))
    steps = (
        _blur(factor),
        _blur(factor),
        first,
        ResizeToStep(total),
        GaussianNoiseStep(),
        MaybeStep(JPEGStep(), 0.9),
        MaybeStep(CameraStep(), camera),
    )
    return ShuffleStep(steps, in_order=(2, 3))


def _blur(factor: int) -> Step:
    anisotropic = BlurStep((0.0, 4.0 + factor), isotropic=0.0, variances=True)
    isotropic = BlurStep((0.0, 2.0 + 0.2 * factor), isotropic=1.0)
    return ChoiceStep((anisotropic, isotropic), (0.5, 0.5))


def bsrgan_plus(scale: int, shuffled: float = 0.5, sharpened: bool = True) -> Pipeline:
    """BSRGAN+: thirteen steps, two rounds of blur, resizing, noises and camera with JPEG between them.

    Args:
        scale: how many times smaller the picture becomes, >= 1.
        shuffled: probability that all steps are shuffled, and not only the noises of each round.
        sharpened: whether picture and target are sharpened first.

    Raises:
        ArgumentError: the scale is below one, or ``shuffled`` no probability.

    Source: the code of Zhang et al., ICCV 2021; it differs from it as :func:`bsrgan` does.
    """
    check_count("scale", scale, "give the factor of the super-resolution")
    check_probability("shuffled", shuffled)
    noises = (
        GaussianNoiseStep(),
        MaybeStep(PoissonNoiseStep(), 0.1),
        MaybeStep(SpeckleStep(), 0.1),
        MaybeStep(CameraStep(), 0.1),
    )
    resize = ResizeStep(up=(1.0, 2.0), down=(0.5 / scale, 1.0), weights=(0.2, 0.7, 0.1))
    blur = _blur(scale)
    every = ShuffleStep((blur, resize, *noises, JPEGStep(), blur, resize, *noises))
    rounds = SequenceStep((blur, resize, ShuffleStep(noises), JPEGStep(), blur, resize, ShuffleStep(noises)))
    first: tuple[Step, ...] = (CropStep(scale), SharpenStep()) if sharpened else (CropStep(scale),)
    thirteen = ChoiceStep((every, rounds), (shuffled, 1 - shuffled))
    return Pipeline((*first, thirteen, ResizeToStep(scale), JPEGStep()))


def real_esrgan(scale: int) -> Pipeline:
    """Real-ESRGAN: blur, resizing, noise and JPEG in this order, twice; then ringing and JPEG in either order.

    Picture and target are sharpened first. Photon noise counts 256 levels, where the published code counts those that
    are found in the picture.

    Args:
        scale: how many times smaller the picture becomes, >= 1.

    Raises:
        ArgumentError: the scale is below one.

    Source: Wang, Xie, Dong, Shan, "Real-ESRGAN: training real-world blind super-resolution with pure synthetic data",
    ICCVW 2021, and the settings of its x4 model.
    """
    check_count("scale", scale, "give the factor of the super-resolution")
    first = (
        _varied_blur((0.2, 3.0)),
        ResizeStep(up=(1.0, 1.5), down=(0.15, 1.0), weights=(0.2, 0.7, 0.1)),
        _varied_noise((1.0, 30.0), (0.05, 3.0)),
        JPEGStep(),
    )
    second = (
        MaybeStep(_varied_blur((0.2, 1.5)), 0.8),
        ResizeToStep(scale, ResizeStep(up=(1.0, 1.2), down=(0.3, 1.0), weights=(0.3, 0.4, 0.3))),
        _varied_noise((1.0, 25.0), (0.05, 2.5)),
    )
    ringing = (ResizeToStep(scale), MaybeStep(SincStep(), 0.8))
    last = ChoiceStep((SequenceStep((*ringing, JPEGStep())), SequenceStep((JPEGStep(), *ringing))), (0.5, 0.5))
    return Pipeline((CropStep(scale), SharpenStep(), *first, *second, last))


def _varied_blur(sigma: Range) -> Step:
    """One of seven kinds of kernels, with the published probabilities."""
    size = (7, 21)
    generalised, plateau = (0.5, 4.0), (1.0, 2.0)
    kinds = (
        BlurStep(sigma, 1.0, size=size),
        BlurStep(sigma, 0.0, size=size),
        BlurStep(sigma, 1.0, "generalised", generalised, size),
        BlurStep(sigma, 0.0, "generalised", generalised, size),
        BlurStep(sigma, 1.0, "plateau", plateau, size),
        BlurStep(sigma, 0.0, "plateau", plateau, size),
    )
    kernels = ChoiceStep(kinds, (0.45, 0.25, 0.12, 0.03, 0.12, 0.03))
    # Seven to eleven taps are cut off no lower than pi / 3, since less than a period of what is below would fit in.
    ringing = ChoiceStep((SincStep(size=(7, 11)), SincStep((math.pi / 5, math.pi), (13, 21))), (3.0, 5.0))
    return ChoiceStep((ringing, kernels), (0.1, 0.9))


def _varied_noise(level: Range, strength: Range) -> Step:
    gaussian = GaussianNoiseStep(level, (0.6, 0.4, 0.0))
    return ChoiceStep((gaussian, PoissonNoiseStep((256.0, 256.0), 0.4, strength)), (0.5, 0.5))


def scunet(
    size: int | None = None,
    level: Range = (2.0, 50.0),
    resize: Range = (0.5, 2.0),
    probability: float = 0.5,
    rounds: int = 2,
) -> Pipeline:
    """SCUNet: Gaussian and photon noise, speckle, a camera, JPEG and resizing, shuffled, twice.

    Resizing and the tone curve of the camera change the clean picture, too: they are not to be undone. Results of a
    batch have one size only with ``size``.

    The code of the publication was never released; its figure tells the steps, that they are shuffled and repeated, and
    what is done to the clean picture. The probability of a step is ours, 1/2 for each; so is the camera
    (:class:`CameraStep`). Noise of light follows the degraded picture, where the publication takes the clean one.

    Args:
        size: side of the square that is cut out of the middle of the result, or None for all of it. It takes a picture
            of ``drawn.source_size(size)`` pixels, at most ``(size + 16) / resize[0]^rounds``.
        level: range of the standard deviation of Gaussian noise and speckle, in units of 1/255.
        resize: range of the factors of the resizing, around one.
        probability: how likely each step is, each time.
        rounds: how often the shuffled steps happen.

    Raises:
        ArgumentError: a range or the probability is none.

    Source: Zhang, Li, Liang, Cao, Zhang, Tang, Timofte, Van Gool, "Practical blind denoising via Swin-Conv-UNet and
    data synthesis", 2022, figure 4.
    """
    if size is not None:
        check_count("size", size, "give the side of the result in pixels")
    zoom = ResizeStep(up=(1.0, max(1.0, resize[1])), down=(min(1.0, resize[0]), 1.0), both=True)
    kinds = (
        GaussianNoiseStep(level),
        PoissonNoiseStep(),
        SpeckleStep(level),
        CameraStep(retouched=0.5),
        JPEGStep(),
        zoom,
    )
    once = ShuffleStep(tuple(MaybeStep(kind, probability) for kind in kinds))
    return Pipeline((RepeatStep(once, rounds),), size)
