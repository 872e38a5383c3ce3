"""What the noise of a folder of pictures, or of a stack, is."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from preimage.blind.correlation import correlation_kernel, find_correlation
from preimage.blind.light import Light
from preimage.datasets.paths import files_of
from preimage.errors import ArgumentError, ImageFileError, PreimageError
from preimage.files import ImageFile, StoredArray, open_lazily
from preimage.files.formats.table import picture_formats, stack_formats, suffixes
from preimage.files.source import open_picture
from preimage.files.stacks.opening import holds_planes
from preimage.restore.frame.level import Level
from preimage.restore.frame.pictures import Reading, open_pictures
from preimage.restore.methods.network import Network
from preimage.restore.stacks.survey import channel_of, pictures_of, survey_stack
from preimage.restore.tasks.denoise import Denoise

__all__ = ["FoundNoise", "NoisyPicture", "find_folder_noise"]

_LEAST = 64  # pixels along the shorter side
_MOST = 1 << 26  # values of a stack that are taken, in planes evenly spread over it: 256 MB


@dataclass(frozen=True)
class NoisyPicture:
    """A picture as ``preimage restore denoise`` sees it.

    Attributes:
        pixels: (C, H, W).
        told: the standard deviation that the denoiser is told, image units.
        light: the noise of light, where it was found.
        sigma: the standard deviation of the noise itself, image units.
    """

    pixels: Tensor
    told: float
    light: Light | None
    sigma: float


@dataclass(frozen=True)
class FoundNoise:
    """The pictures of a folder and the noise in them.

    Attributes:
        pictures: those with noise.
        kernel: the correlation of the noise from pixel to pixel, or ``None`` where it is white.
        passed_over: the files of which nothing was taken: without noise, too small, of another number of channels, or
            arrays that are no pictures.
    """

    pictures: tuple[NoisyPicture, ...]
    kernel: Tensor | None
    passed_over: tuple[Path, ...]

    @property
    def kind(self) -> str:
        """``light``, ``correlated`` or ``white``."""
        if self.kernel is not None:
            return "correlated"
        return (
            "light" if 2 * sum(picture.light is not None for picture in self.pictures) > len(self.pictures) else "white"
        )

    def describe(self) -> str:
        """What was found and what is learned from it, in a line."""
        levels = sorted(255 * picture.sigma for picture in self.pictures)
        level = f"{levels[0]:.1f} to {levels[-1]:.1f}/255" if levels[-1] - levels[0] > 0.1 else f"{levels[0]:.1f}/255"
        what = {
            "white": f"white Gaussian noise of {level}: recorrupted to recorrupted",
            "light": f"noise that grows with brightness as that of light, about {level}: recorrupted to recorrupted "
            "after Anscombe's transform",
            "correlated": f"noise of {level} that goes on from pixel to pixel: recorrupted to recorrupted by noise of "
            "the same correlation",
        }[self.kind]
        return f"{len(self.pictures)} pictures with {what}"


def find_folder_noise(data: Path) -> FoundNoise:
    """Read the pictures of a folder and find their noise, as ``preimage restore denoise`` does.

    Of stacks, planes that are evenly spread over them are taken as pictures, with the span and the noise of the stack.

    All have the number of channels that most have, 1 or 3. Samples of 16 bits have one white in all pictures: they are
    read with the 8, 10, 12, 14 or 16 bits that the brightest of them needs, since one camera took them. Noise is
    correlated where direct neighbours have an eighth of it in common in most pictures; else it is of light, or white.

    Args:
        data: a folder of noisy pictures or stacks, or one stack.

    Raises:
        ImageFileError: there is no such folder, or no picture of at least 64 x 64 pixels with noise in it.
    """
    paths = _files(data)
    bits = _bits(paths)
    seen = [(path, *part) for path in paths for part in _parts(path, path == data, bits)]
    counts = [pixels.shape[0] for _, pixels, _ in seen]
    channels = max((1, 3), key=counts.count)
    kept, taken, ratios = [], set(), []
    for path, pixels, level in seen:
        fits = pixels.shape[0] == channels and min(pixels.shape[-2:]) >= _LEAST
        found = find_correlation(pixels) if fits and level.value > 0 else None
        if found is None:
            continue
        taken.add(path)
        ratios.append((found.is_white, found.ratios, found.variance**0.5))
        kept.append(NoisyPicture(pixels, level.value, level.light, level.value))
    if not kept:
        raise ImageFileError(
            f"`data` must hold pictures with noise, of at least {_LEAST}x{_LEAST} pixels, got none of {len(seen)} in "
            f"{data}; give others."
        )
    return _told(kept, ratios, tuple(path for path in paths if path not in taken))


def _files(data: Path) -> tuple[Path, ...]:
    """One stack, or the files of a folder."""
    if data.exists() and holds_planes(data):
        return (data,)
    return files_of(data, suffixes((*picture_formats(), *stack_formats())))


def _bits(paths: Sequence[Path]) -> int | None:
    """The bits that samples of 16 need in the brightest of the pictures; ``None`` where no picture has such."""
    files = (ImageFile.read(path) for path in paths if not holds_planes(path) and _has_spare_bits(path))
    return max((scale.bits for file in files for scale in (file.scale, *file.band_scales) if scale), default=None)


def _has_spare_bits(path: Path) -> bool:
    """Whether the samples of a picture have 16 bits, and the file does not tell how many of them count."""
    source = open_picture(path)
    return source.dtype == np.uint16 and source.header.bits is None


def _parts(path: Path, alone: bool, bits: int | None) -> Iterator[tuple[Tensor, Level]]:
    """A picture, or planes of a stack as pictures, (C, H, W), with the level of their noise.

    Arrays in a folder of pictures may be something else: those that are no stack of one array are left out.
    """
    if not holds_planes(path):
        pictures = open_pictures(path, Reading(bits=bits if _has_spare_bits(path) else None))
        yield pictures.pixels[0], Denoise().level(pictures.pixels[0], None, pictures.samplings[0])
        return
    try:
        array = open_lazily(path)
    except PreimageError as error:
        if not alone:
            return
        if isinstance(error, ArgumentError):
            raise ImageFileError(
                f"`data` must hold one array, got several in {path}; write the one that is meant to a file of its own."
            ) from error
        raise
    if not _has_planes(array):
        return
    layout, survey = array.layout, survey_stack(array, Denoise(), Network(), None)
    planes = list(layout.planes())
    step = -(-len(planes) * math.prod(layout.plane_shape) // _MOST)
    for index in planes[::step]:
        channel = channel_of(layout, index)
        for pixels in pictures_of(survey.spans[channel].pixels(array.plane(index))):
            yield pixels, survey.level(channel, pixels)


def _has_planes(array: StoredArray) -> bool:
    """Whether planes are pictures of real numbers, and no mosaics of a camera, whose neighbours are other colours."""
    layout = array.layout
    is_mosaic = {"pattern", "black"} <= layout.metadata.keys()
    return array.dtype.kind in "fiub" and len(layout.plane_shape) >= 2 and 0 not in array.shape and not is_mosaic


def _told(
    kept: Sequence[NoisyPicture], ratios: Sequence[tuple[bool, Tensor, float]], passed_over: tuple[Path, ...]
) -> FoundNoise:
    if 2 * sum(white for white, _, _ in ratios) >= len(ratios):
        return FoundNoise(tuple(kept), None, passed_over)
    middle = torch.stack([each for _, each, _ in ratios]).median(0).values
    middle = (middle + middle.flip(0, 1)) / 2
    pictures = [
        NoisyPicture(picture.pixels, picture.told, None, sigma)
        for picture, (_, _, sigma) in zip(kept, ratios, strict=True)
    ]
    return FoundNoise(tuple(pictures), correlation_kernel(middle), passed_over)
