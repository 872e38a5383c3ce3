"""Compressive sensing."""

from collections.abc import Callable

import torch

from physics_rows import Row, noise, waves
from preimage.physics import CompressedSensing, LenslessCamera, SinglePixelCamera, StructuredRandom, VideoSnapshot
from preimage.transform import dct, fast_length, walsh_hadamard


def _rng() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def _product() -> Callable[[], object]:
    matrix, x = noise(1024, 4096), noise(1, 4096)
    return lambda: x @ matrix.mT


def _walsh() -> Callable[[], object]:
    x = noise(4, 3, 256 * 256)
    return lambda: walsh_hadamard(x)


def _dct() -> Callable[[], object]:
    x = noise(4, 3 * 256 * 256)
    return lambda: dct(x, 1)


def _fft() -> Callable[[], object]:
    x = waves(4, 256 * 256)
    return lambda: torch.fft.fft(torch.fft.fft(x))


def _convolution() -> Callable[[], object]:
    side = fast_length(256 + 256 - 1 - 127)
    x, spectrum = noise(1, 3, side, side), torch.fft.rfft2(noise(1, 1, side, side))
    return lambda: torch.fft.irfft2(torch.fft.rfft2(x) * spectrum)


def _film() -> Callable[[], object]:
    x, masks = noise(1, 1, 8, 512, 512), noise(1, 1, 8, 512, 512)
    return lambda: x * masks


ROWS = [
    Row(
        "CompressedSensing 1024 x 64x64", lambda: CompressedSensing.random(1024, (1, 64, 64), _rng()),
        lambda: noise(1, 1, 64, 64), _product, "matrix-vector product",
    ),
    Row(
        "SinglePixelCamera 4x3x256x256, a quarter", lambda: SinglePixelCamera((256, 256), 16384),
        lambda: noise(4, 3, 256, 256), _walsh, "Walsh-Hadamard transform",
    ),
    Row(
        "StructuredRandom dct 4x3x256x256, half", lambda: StructuredRandom.random(98304, (3, 256, 256), rng=_rng()),
        lambda: noise(4, 3, 256, 256), _dct, "DCT",
    ),
    Row(
        "StructuredRandom fourier, 2 layers, 4x1x256x256",
        lambda: StructuredRandom.random(65536, (1, 256, 256), "fourier", 2, True, _rng()),
        lambda: waves(4, 1, 256, 256), _fft, "two FFTs",
    ),
    Row(
        "LenslessCamera 3x256x256, pattern 256x256", lambda: LenslessCamera(noise(256, 256), (256, 256), (256, 256)),
        lambda: noise(1, 3, 256, 256), _convolution, "FFT, product, inverse",
    ),
    Row(
        "VideoSnapshot 8x512x512", lambda: VideoSnapshot.random((8, 512, 512), rng=_rng()),
        lambda: noise(1, 1, 8, 512, 512), _film, "product of two films",
    ),
]  # fmt: skip
