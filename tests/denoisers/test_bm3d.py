import math

import pytest
import torch

from preimage.denoisers import BM3D
from preimage.denoisers.bm3d import _spline_wavelet
from preimage.errors import ArgumentError, ShapeError
from tests.example import Example

EXAMPLES = {
    BM3D: [
        Example(lambda: BM3D(reach=4), (2, 3, 13, 11)),
        Example(lambda: BM3D(2, 3, wiener=False), (2, 1, 9, 5)),
    ]
}


def psnr(a: torch.Tensor, b: torch.Tensor) -> float:
    return -10 * math.log10(float((a - b).square().mean()))


def scene() -> torch.Tensor:
    """Stripes and a disc, 64 x 64."""
    rows, columns = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    stripes = 0.5 + 0.3 * torch.sign(torch.sin(columns * 0.7 + rows * 0.3))
    return torch.where((rows - 30).square() + (columns - 34).square() < 300, 0.2, stripes)


def test_repeated_structure_is_cleaned(rng: torch.Generator) -> None:
    x = scene()[None, None]
    y = x + 0.1 * torch.randn(x.shape, generator=rng)
    first, second = (psnr(BM3D(wiener=wiener)(y, 0.1), x) for wiener in (False, True))
    assert min(first, second) > psnr(y, x) + 7


def test_colours_are_cleaned_together(rng: torch.Generator) -> None:
    """A grey picture in three channels has three times the light: more is left of it than of one channel."""
    x = scene().expand(1, 3, 64, 64)
    y = x + 0.1 * torch.randn(x.shape, generator=rng)
    denoiser = BM3D(reach=8)
    assert psnr(denoiser(y, 0.1), x) > psnr(torch.cat([denoiser(y[:, c : c + 1], 0.1) for c in range(3)], 1), x) + 2


def test_without_noise_nothing_changes(rng: torch.Generator) -> None:
    x = torch.rand(2, 1, 9, 12, generator=rng)
    found = BM3D()(x, torch.tensor([0.0, 1e-6]))
    assert torch.equal(found[0], x[0])
    torch.testing.assert_close(found[1], x[1], rtol=0, atol=1e-5)


def test_the_wavelet_is_the_published_one() -> None:
    """The mean first, five vanishing moments against it, steps last; and it can be inverted."""
    wavelet = _spline_wavelet()
    torch.testing.assert_close(wavelet[0], torch.full((8,), 8**-0.5, dtype=torch.float64))
    torch.testing.assert_close(wavelet[1:].sum(1), torch.zeros(7, dtype=torch.float64))
    step = torch.zeros(8, dtype=torch.float64)
    step[:2] = torch.tensor([1.0, -1.0]) / math.sqrt(2)
    torch.testing.assert_close(wavelet[4], step)
    torch.testing.assert_close(wavelet.norm(dim=1), torch.ones(8, dtype=torch.float64))
    assert float(torch.linalg.cond(wavelet)) < 2


def test_what_is_refused() -> None:
    for wrong in ({"stride": 0}, {"stride": 9}, {"reach": 0}):
        with pytest.raises(ArgumentError):
            BM3D(**wrong)
    with pytest.raises(ShapeError, match="ComplexDenoiser"):
        BM3D()(torch.zeros(1, 1, 8, 8, dtype=torch.complex64), 0.1)
