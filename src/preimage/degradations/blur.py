"""Random blurs, and blurs that go before decimation."""

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage.degradations.border import mirrored
from preimage.degradations.draws import Range, check_probability, draw_integer, draw_number, require_range
from preimage.degradations.kernels import (
    decimation_kernel,
    gaussian_kernel,
    generalised_kernel,
    plateau_kernel,
    sinc_kernel,
)
from preimage.degradations.step import DrawnStep, Pair, Step
from preimage.errors import ArgumentError
from preimage.transform.convolution import convolve

__all__ = ["BlurStep", "DecimationStep", "DrawnBlur", "DrawnDecimation", "SincStep"]

Profile = Literal["gaussian", "generalised", "plateau", "sinc"]
_PROFILES = ("gaussian", "generalised", "plateau", "sinc")


@dataclass(frozen=True)
class DrawnBlur(DrawnStep):
    """Convolution with one kernel; the picture is mirrored at its border.

    Args:
        profile: "gaussian", "generalised" and "plateau" are functions of ``q = p^T C^-1 p`` with the exponent ``power``
            (formulas in ``preimage.degradations.kernels``), "sinc" is the low-pass filter of ``cutoff``.
        size: side of the kernel in pixels, odd.
        along, across: standard deviations (lengths of the axes of ``C``) in pixels, along ``angle`` and across it.
        angle: radians, counter-clockwise from the horizontal axis.
        power: the exponent of "generalised" and "plateau".
        cutoff: where the band of "sinc" ends, in radians a pixel.

    Raises:
        ArgumentError: there is no such profile, or the size is even.
    """

    profile: Profile
    size: int
    along: float = 1.0
    across: float = 1.0
    angle: float = 0.0
    power: float = 1.0
    cutoff: float = math.pi

    def __post_init__(self) -> None:
        if self.profile not in _PROFILES:
            raise ArgumentError(f"`profile` must be one of {', '.join(_PROFILES)}, got {self.profile!r}; choose one.")
        _check_size("size", self.size)

    def kernel(self) -> Tensor:
        """The kernel, (1, 1, size, size), float64; it sums to one."""
        if self.profile == "sinc":
            return sinc_kernel(self.size, self.cutoff)
        axes = (self.size, self.along, self.across, self.angle)
        if self.profile == "gaussian":
            return gaussian_kernel(*axes)
        return (generalised_kernel if self.profile == "generalised" else plateau_kernel)(*axes, self.power)

    def apply(self, pair: Pair) -> Pair:
        """Blur the degraded picture."""
        padded = mirrored(pair.degraded, self.size // 2)
        return pair._replace(degraded=convolve(padded, self.kernel().to(padded), "valid"))


@dataclass(frozen=True)
class DrawnDecimation(DrawnStep):
    """Convolution with a Gaussian, then one sample of every few, in the middle of its block.

    Args:
        factor: how many times smaller the picture becomes, >= 1.
        sigma: standard deviation in pixels.
        size: side of the kernel, odd.
    """

    factor: int
    sigma: float
    size: int = 25

    def __post_init__(self) -> None:
        check_count("factor", self.factor, "give the factor of the decimation")
        _check_size("size", self.size)

    def apply(self, pair: Pair) -> Pair:
        """Blur and decimate the degraded picture; a side of n pixels keeps ``ceil(n / factor)``."""
        padded = mirrored(pair.degraded, self.size // 2)
        kernel = decimation_kernel(self.size, self.sigma, self.factor).to(padded)
        return pair._replace(degraded=convolve(padded, kernel, "valid", stride=self.factor))


@dataclass(frozen=True)
class BlurStep(Step):
    """Blur by a random kernel, round or not, of any profile but "sinc".

    Args:
        sigma: range of the standard deviations of both axes, in pixels.
        isotropic: probability that the second is the first, and the kernel round.
        profile: as of :class:`DrawnBlur`.
        power: range of the exponent of "generalised" and "plateau".
        size: range of the side of the kernel, both odd; it is drawn among the odd numbers.
        variances: whether ``sigma`` is a range of *variances* for kernels that are not round, as in BSRGAN.

    Raises:
        ArgumentError: a range is none, or a size is even.
    """

    sigma: Range
    isotropic: float = 0.5
    profile: Profile = "gaussian"
    power: Range = (1.0, 1.0)
    size: tuple[int, int] = (7, 25)
    variances: bool = False

    def __post_init__(self) -> None:
        require_range(self.sigma, "sigma")
        require_range(self.power, "power")
        check_probability("isotropic", self.isotropic)
        _check_sizes(self.size)
        if self.profile not in _PROFILES[:3]:
            raise ArgumentError(f"`profile` must be one of {', '.join(_PROFILES[:3])}, got {self.profile!r}.")

    def draw(self, rng: torch.Generator) -> tuple[DrawnStep, ...]:
        """Draw size, shape, axes and angle."""
        size = _odd(self.size, rng)
        is_round = draw_number((0.0, 1.0), rng) < self.isotropic
        along, across = draw_number(self.sigma, rng), draw_number(self.sigma, rng)
        angle, power = draw_number((0.0, math.pi), rng), draw_number(self.power, rng)
        if is_round:
            across, angle = along, 0.0
        elif self.variances:
            along, across = math.sqrt(along), math.sqrt(across)
        return (DrawnBlur(self.profile, size, along, across, angle, power),)


@dataclass(frozen=True)
class SincStep(Step):
    """The ideal low-pass filter, cut to a kernel: ringing, as of strong sharpening and of JPEG.

    Args:
        cutoff: range in radians a pixel, in (0, pi].
        size: range of the side of the kernel, both odd.

    Raises:
        ArgumentError: a range is none, or a size is even.

    Source: Wang, Xie, Dong, Shan, "Real-ESRGAN", ICCVW 2021, equation 4.
    """

    cutoff: Range = (math.pi / 3, math.pi)
    size: tuple[int, int] = (7, 21)

    def __post_init__(self) -> None:
        require_range(self.cutoff, "cutoff")
        _check_sizes(self.size)

    def draw(self, rng: torch.Generator) -> tuple[DrawnStep, ...]:
        """Draw size and cutoff."""
        size = _odd(self.size, rng)
        return (DrawnBlur("sinc", size, cutoff=draw_number(self.cutoff, rng)),)


@dataclass(frozen=True)
class DecimationStep(Step):
    """A random Gaussian, displaced to the middle of each block, then one sample of every few.

    Args:
        factor: >= 1.
        sigma: range of the standard deviation in pixels.
        size: side of the kernel, odd.

    Raises:
        ArgumentError: a range is none, the factor below one, or the size even.

    Source: Zhang, Liang, Van Gool, Timofte, "Designing a practical degradation model", ICCV 2021.
    """

    factor: int
    sigma: Range
    size: int = 25

    def __post_init__(self) -> None:
        require_range(self.sigma, "sigma")
        DrawnDecimation(self.factor, self.sigma[0], self.size)

    def draw(self, rng: torch.Generator) -> tuple[DrawnStep, ...]:
        """Draw the standard deviation."""
        return (DrawnDecimation(self.factor, draw_number(self.sigma, rng), self.size),)


def _odd(bounds: tuple[int, int], rng: torch.Generator) -> int:
    return 2 * draw_integer((bounds[0] // 2, bounds[1] // 2), rng) + 1


def _check_sizes(bounds: tuple[int, int]) -> None:
    require_range(bounds, "size", 1)
    for size in bounds:
        _check_size("size", size)


def _check_size(name: str, size: int) -> None:
    if size < 1 or size % 2 == 0:
        raise ArgumentError(f"`{name}` must be odd and at least 1, got {size}; give the side of the kernel in pixels.")
