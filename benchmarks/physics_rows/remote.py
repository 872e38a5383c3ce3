"""Spectral imaging, radio interferometry, lidar, haze, codecs and cameras."""

import io
from collections.abc import Callable

import torch
from PIL import Image
from torch import Tensor

from physics_rows import Row, noise
from preimage.physics import (
    JPEG,
    CameraPipeline,
    CompressiveSpectralImaging,
    Haze,
    HyperSpectralUnmixing,
    RadioInterferometry,
    RawCamera,
    SinglePhotonLidar,
    WideFieldInterferometry,
)
from preimage.transform import nufft

BANDS, UV, BINS = (1, 31, 512, 512), 100_000, 64


def _rand(*shape: int) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(0))


def _uv() -> Tensor:
    return _rand(UV, 2) - 0.5


def _copy(*shape: int) -> Callable[[], Callable[[], Tensor]]:
    def prepare() -> Callable[[], Tensor]:
        x, out = noise(*shape), torch.empty(shape)
        return lambda: out.copy_(x)

    return prepare


def _product() -> Callable[[], Tensor]:
    matrix, pixels = noise(BANDS[1], 5), noise(5, 512 * 512)
    return lambda: matrix @ pixels


def _nufft() -> Callable[[], Tensor]:
    x, uv = torch.complex(noise(1, 1, 512, 512), noise(1, 1, 512, 512)), _uv()[None]
    return lambda: nufft(x, uv)


def _wide() -> WideFieldInterferometry:
    uvw = torch.cat([_uv(), 1000 * (2 * _rand(UV, 1) - 1)], 1)
    return WideFieldInterferometry(uvw, (512, 512), 20.0)


def _stacked() -> Callable[[], list[Tensor]]:
    physics, transform = _wide(), _nufft()
    nodes = len(list(physics._stack(physics.uvw)))
    return lambda: [transform() for _ in range(nodes)]


def _tails() -> Callable[[], Tensor]:
    x = noise(1, BINS, 128, 128)
    return lambda: torch.special.erfc(x)


def _dimmed() -> Callable[[], Tensor]:
    x, depth = noise(1, 3, 1024, 1024), -2 * _rand(1, 1, 1024, 1024)
    return lambda: x * depth.exp()


def _library() -> Callable[[], Image.Image]:
    picture = Image.fromarray((255 * _rand(512, 512, 3)).byte().numpy())

    def call() -> Image.Image:
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=75)
        return Image.open(file).convert("RGB")

    return call


def _power() -> Callable[[], Tensor]:
    x = _rand(1, 3, 1024, 1024)
    return lambda: x**2.4


def _scene() -> Tensor:
    depth = 5 + 50 * _rand(1, 1, 128, 128)
    return torch.cat([depth, 5 * _rand(1, 1, 128, 128), 0.1 * _rand(1, 1, 128, 128)], 1)


ROWS = [
    Row(
        "CompressiveSpectralImaging 31x512x512, one disperser",
        lambda: CompressiveSpectralImaging((_rand(1, 1, 512, 512) < 0.5).float()),
        lambda: noise(*BANDS),
        _copy(*BANDS),
        "a copy of all bands",
    ),
    Row(
        "CompressiveSpectralImaging 31x512x512, two dispersers",
        lambda: CompressiveSpectralImaging((_rand(1, 1, 512, 542) < 0.5).float(), 2),
        lambda: noise(*BANDS),
        _copy(*BANDS),
        "a copy of all bands",
    ),
    Row(
        "HyperSpectralUnmixing 5 materials to 31x512x512",
        lambda: HyperSpectralUnmixing(_rand(5, BANDS[1])),
        lambda: noise(1, 5, 512, 512),
        lambda: _product(),
        "one matrix product",
    ),
    Row(
        f"RadioInterferometry 512x512, {UV} visibilities",
        lambda: RadioInterferometry(_uv(), (512, 512)),
        lambda: noise(1, 1, 512, 512),
        lambda: _nufft(),
        "the bare transform",
    ),
    Row(
        f"WideFieldInterferometry 512x512, {UV} visibilities, w to 1000",
        _wide,
        lambda: noise(1, 1, 512, 512),
        lambda: _stacked(),
        "a bare transform for each node of w",
    ),
    Row(
        f"SinglePhotonLidar {BINS}x128x128",
        lambda: SinglePhotonLidar(BINS, 1.5),
        _scene,
        lambda: _tails(),
        "an error function for each edge of a bin",
        (BINS + 1) / BINS,
    ),
    Row(
        "Haze 3x1024x1024",
        lambda: Haze(20 * _rand(1, 1, 1024, 1024), 0.1),
        lambda: noise(1, 3, 1024, 1024),
        lambda: _dimmed(),
        "an exponential of the map, the picture times that",
    ),
    Row(
        "JPEG 3x512x512, quality 75",
        lambda: JPEG(75),
        lambda: _rand(1, 3, 512, 512),
        lambda: _library(),
        "the image library, into memory and back",
    ),
    Row(
        "RawCamera 3x1024x1024",
        lambda: RawCamera(CameraPipeline(torch.tensor([[2.0, 1.0, 1.6]]))),
        lambda: _rand(1, 3, 1024, 1024),
        lambda: _power(),
        "a power of every sample",
    ),
]
