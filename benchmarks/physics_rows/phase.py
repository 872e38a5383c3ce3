"""Phase retrieval, and waves."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from physics_rows import Row, noise, waves
from preimage._tree import squared_modulus
from preimage.physics import (
    BornScattering,
    CodedDiffraction,
    FarField,
    FresnelPropagation,
    InlineHolography,
    Ptychography,
    PtychographyLinearOperator,
    RandomPhaseRetrieval,
    StructuredRandomPhaseRetrieval,
    build_probe,
    generate_shifts,
)

SHIFTS = generate_shifts((512, 512), 64, 16.0)
PATTERNS = (1, len(SHIFTS), 64, 64)


def _rng() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def _ring(number: int, radius: float) -> torch.Tensor:
    angles = 2 * math.pi * torch.arange(number) / number
    return radius * torch.stack([angles.sin(), angles.cos()], 1)


def _fft(*shape: int) -> Callable[[], Callable[[], Tensor]]:
    def prepare() -> Callable[[], Tensor]:
        x = waves(*shape)
        return lambda: torch.fft.fft2(x)

    return prepare


def _pair(*shape: int) -> Callable[[], Callable[[], Tensor]]:
    def prepare() -> Callable[[], Tensor]:
        x, gain = waves(*shape), waves(*shape)
        return lambda: torch.fft.ifft2(torch.fft.fft2(x) * gain)

    return prepare


def _intensities(waves_of: Callable[[], Callable[[], Tensor]]) -> Callable[[], Callable[[], object]]:
    def prepare() -> Callable[[], object]:
        call = waves_of()
        return lambda: squared_modulus(call())

    return prepare


def _patterns() -> Callable[[], Tensor]:
    x, probe, (rows, columns) = waves(1, 512, 512), waves(1, 1, 64, 64), SHIFTS.long().unbind(1)
    return lambda: torch.fft.fft2(x.unfold(1, 64, 1).unfold(2, 64, 1)[:, rows, columns] * probe)


def _moved_patterns() -> Callable[[], Tensor]:
    x, probe, ramps = waves(*PATTERNS), waves(1, 1, 64, 64), waves(*PATTERNS)
    return lambda: torch.fft.fft2(x * torch.fft.ifft2(probe * ramps))


def _masked() -> Callable[[], Tensor]:
    x, masks = waves(1, 1, 256, 256), waves(1, 12, 256, 256)
    return lambda: torch.fft.fft2(x * masks)


def _lines() -> Callable[[], Tensor]:
    x = waves(2, 128 * 128)
    return lambda: torch.fft.fft(torch.fft.fft(x))


def _product() -> Callable[[], object]:
    matrix, x = waves(4096, 1024), waves(1, 1024)
    return lambda: x @ matrix.mT


def _born() -> Callable[[], object]:
    x, distances = waves(1, 16, 64 * 64), noise(16 + 32, 64 * 64).double().abs() + 20
    special = torch.special
    return lambda: x @ torch.complex(special.bessel_j0(distances), special.bessel_y0(distances))[:32].to(x.dtype).mT


def _probe() -> torch.Tensor:
    return build_probe(64, 24.0, defocus=8.0)


ROWS = [
    Row("FarField 4x1x512x512", FarField, lambda: waves(4, 1, 512, 512), _fft(4, 1, 512, 512), "FFT"),
    Row(
        "FresnelPropagation 4x1x512x512", lambda: FresnelPropagation(1e-3, 5e-7, 2e-6),
        lambda: waves(4, 1, 512, 512), _pair(4, 1, 512, 512), "FFT, product, inverse",
    ),
    Row(
        "InlineHolography 4x1x512x512", lambda: InlineHolography(FresnelPropagation(1e-3, 5e-7, 2e-6)),
        lambda: waves(4, 1, 512, 512), _intensities(_pair(4, 1, 512, 512)), "FFT, product, inverse, squared moduli",
    ),
    Row(
        "CodedDiffraction 12 masks 256x256", lambda: CodedDiffraction.random(12, (256, 256), _rng()),
        lambda: waves(1, 1, 256, 256), _intensities(_masked), "products with masks, FFTs, squared moduli",
    ),
    Row(
        f"PtychographyLinearOperator {len(SHIFTS)} positions of 64x64 in 512x512",
        lambda: PtychographyLinearOperator(_probe(), SHIFTS.long(), (512, 512)),
        lambda: waves(1, 1, 512, 512), _patterns, "windows copied, products with the probe, FFTs",
    ),
    Row(
        "Ptychography, positions with fractions",
        lambda: Ptychography(PtychographyLinearOperator(_probe(), SHIFTS + 0.25, (512, 512))),
        lambda: waves(1, 1, 512, 512), _intensities(_moved_patterns), "probes moved, products, FFTs, squared moduli",
    ),
    Row(
        "RandomPhaseRetrieval 4096 x 32x32", lambda: RandomPhaseRetrieval.random(4096, (1, 32, 32), _rng()),
        lambda: waves(1, 1, 32, 32), _product, "complex matrix-vector product",
    ),
    Row(
        "StructuredRandomPhaseRetrieval 2x1x64x64, 4 a pixel",
        lambda: StructuredRandomPhaseRetrieval.random(128 * 128, (1, 64, 64), rng=_rng()),
        lambda: waves(2, 1, 64, 64), _intensities(lambda: _lines()), "two FFTs, squared moduli",
    ),
    Row(
        "BornScattering 16 x 32 places, 64x64",
        lambda: BornScattering(_ring(16, 60.0), _ring(32, 70.0), 0.5, (64, 64)),
        lambda: waves(1, 1, 64, 64), _born, "Bessel functions of all distances, matrix product",
    ),
]  # fmt: skip
