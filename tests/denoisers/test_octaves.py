import pytest
import torch
import torch.nn.functional as F

from preimage.denoisers import Denoiser, OctaveDenoiser, WaveletDenoiser
from tests.example import Example

EXAMPLES = {
    OctaveDenoiser: [
        Example(lambda: OctaveDenoiser(WaveletDenoiser("db2", 2), (0.5, 1.2, 1.8)), shape=(2, 3, 33, 35)),
    ],
}


class Told(Denoiser):
    """Changes nothing, and keeps the levels that it is told and the sizes of pictures."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def forward(self, x, sigma):
        self.calls.append((tuple(x.shape[-2:]), float(sigma)))
        return x


def test_each_octave_is_denoised_at_its_level_the_coarsest_first():
    told, x = Told(), torch.rand(1, 3, 65, 40, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(OctaveDenoiser(told, (0.5, 1.0, 2.0))(x, 0.1), x, rtol=0, atol=0)
    sizes, levels = zip(*told.calls, strict=True)
    assert sizes == ((17, 10), (33, 20), (65, 40))
    assert levels == pytest.approx((0.05, 0.05, 0.05))


def test_one_octave_is_the_denoiser_itself():
    x, inside = torch.rand(2, 1, 32, 32), WaveletDenoiser("db2", 2)
    torch.testing.assert_close(OctaveDenoiser(inside, (1.0,))(x, 0.2), inside(x, 0.2), rtol=0, atol=0)


def test_smeared_noise_goes_that_stays_at_one_scale():
    noise = F.avg_pool2d(torch.randn(1, 1, 130, 130, generator=torch.Generator().manual_seed(0)), 3, 1)
    y, inside = 0.5 + 0.1 * noise / noise.std(), WaveletDenoiser("db2", 2)
    single = (inside(y, 0.1) - 0.5).std()
    octaves = (OctaveDenoiser(inside, (0.5, 1.7, 2.6))(y, 0.1) - 0.5).std()
    assert float(octaves) < 0.7 * float(single)
